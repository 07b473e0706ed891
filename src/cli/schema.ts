// `image-graph schema print`: prints what clients see, or with `--subgraph` what a router composes.
import { parseArgs } from 'node:util';
import { offersNode } from '../config/config.ts';
import { buildSchema, printApi, printSubgraph } from '../schema.ts';
import { UsageError } from './errors.ts';

export async function schema(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { subgraph: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (positionals.join() !== 'print') throw new UsageError('Usage: image-graph schema print [--subgraph]');
  const text = values.subgraph ? printSubgraph(buildSchema({ offersNode: offersNode() })) : printApi();
  process.stdout.write(text);
}
