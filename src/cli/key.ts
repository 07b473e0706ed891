// `image-graph key create NAME`: makes an API key, prints it once, and writes its hash to the file of IMAGE_GRAPH_API_KEYS_FILE.
import { parseArgs } from 'node:util';
import { apiKeysFile } from '../config/config.ts';
import { addApiKey, createApiKey } from '../server/auth/api-keys.ts';
import { UsageError } from './errors.ts';

export async function key(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [action, name = '', ...rest] = positionals;
  if (action !== 'create' || rest.length > 0) throw new UsageError('Usage: image-graph key create NAME');
  const file = apiKeysFile();
  try {
    const made = createApiKey(name);
    if (file !== undefined) addApiKey(file, made.line);
    console.info(made.key);
    const where = file ?? `the file that IMAGE_GRAPH_API_KEYS_FILE will name: ${made.line}`;
    console.error(
      `The key of ${name} is shown this once. Its hash ${file === undefined ? 'belongs in' : 'is in'} ${where}`,
    );
  } catch (error) {
    if (!(error instanceof RangeError))
      throw new UsageError('The file of IMAGE_GRAPH_API_KEYS_FILE cannot be written.');
    throw new UsageError(`No key created for ${JSON.stringify(name)}: ${error.message}.`);
  }
}
