// `image-graph schema`: writes the two SDL texts of `schema/`.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { buildSchema, printApi, printSubgraph } from '../schema.ts';

export async function schema(args: string[]): Promise<void> {
  parseArgs({ args });
  const folder = new URL('../../schema/', import.meta.url);
  await writeFile(new URL('api.graphql', folder), printApi());
  await writeFile(new URL('subgraph.graphql', folder), await printSubgraph(buildSchema({ offersNode: true })));
}
