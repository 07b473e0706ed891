// Composes the supergraph from the schemas of the subgraphs, as a registry would. It asks no subgraph.
import { readFileSync } from 'node:fs';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';

const SCHEMAS = {
  'image-graph': '../../schema/subgraph.graphql',
  deployments: 'deployments/schema.graphql',
};

/**
 * Composes the supergraph of subgraphs at these URLs.
 * Errors: throws with all reasons why they do not fit together.
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
