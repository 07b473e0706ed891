// Composes the supergraph from the schema files of the subgraphs, as a registry does.
import { readFileSync } from 'node:fs';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';

const SCHEMAS = {
  'image-graph': '../../schema/subgraph.graphql',
  deployments: 'deployments/schema.graphql',
};

/**
 * Composes the supergraph of the subgraphs at these URLs.
 * Errors: throws one error with all messages of the composition.
 */
export function composeSupergraph(urls: Record<keyof typeof SCHEMAS, string>): string {
  const services = Object.entries(SCHEMAS).map(([name, file]) => ({
    name,
    typeDefs: parse(readFileSync(new URL(file, import.meta.url), 'utf8')),
    url: urls[name as keyof typeof SCHEMAS],
  }));
  const { supergraphSdl, errors } = composeServices(services);
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
