// `npm run schema`: writes the two SDL texts of schema/.
import { writeFileSync } from 'node:fs';
import { buildSchema, printApi, printSubgraph } from '../src/schema.ts';

const folder = new URL('../schema/', import.meta.url);
writeFileSync(new URL('api.graphql', folder), printApi());
writeFileSync(new URL('subgraph.graphql', folder), printSubgraph(buildSchema({ offersNode: true })));
