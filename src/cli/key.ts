// `image-graph key`: creates, lists and revokes API keys in the file of IMAGE_GRAPH_API_KEYS_FILE, which has their hashes alone.
import { parseArgs } from 'node:util';
import { apiKeysFile } from '../config/config.ts';
import { BeingChanged } from '../config/watched-file.ts';
import { addApiKey, createApiKey, listApiKeys, revokeApiKey } from '../server/auth/api-keys.ts';
import { UsageError } from './errors.ts';

const USAGE = 'Usage: image-graph key create NAME | key list | key revoke NAME';

export async function key(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [action, ...names] = positionals;
  const [name = ''] = names;
  if (action === 'create' && names.length <= 1) create(name);
  else if (action === 'list' && names.length === 0) list();
  else if (action === 'revoke' && names.length === 1) revoke(name);
  else throw new UsageError(action === 'create' ? 'Usage: image-graph key create NAME' : USAGE);
}

function create(name: string): void {
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
      throw new UsageError(`${FILE} cannot be written${reasonOf(error, 'its folder')}.`);
    throw new UsageError(`No key created for ${JSON.stringify(name)}: ${error.message}.`);
  }
}

const FILE = 'The file of IMAGE_GRAPH_API_KEYS_FILE';

/** Why the file of the keys cannot be changed, as the end of a sentence; empty where the system does not say. */
function reasonOf(error: unknown, missing: string): string {
  if (error instanceof BeingChanged)
    return `: another command is changing it, or was killed and has left ${error.path}, which must be removed then`;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `: ${missing} does not exist`;
  return ['EACCES', 'EROFS'].includes(code) ? ': this user may not write it' : '';
}

const requireFile = (): string => {
  const file = apiKeysFile();
  if (file === undefined) throw new UsageError('IMAGE_GRAPH_API_KEYS_FILE is not set: it names the file of the keys.');
  return file;
};

function list(): void {
  const file = requireFile();
  try {
    for (const { name, fingerprint, comment } of listApiKeys(file))
      console.info([name, `sha256:${fingerprint}…`, ...(comment ? [comment] : [])].join('  '));
  } catch {
    throw new UsageError(`${FILE} cannot be read.`);
  }
}

function revoke(name: string): void {
  const file = requireFile();
  let count: number;
  try {
    count = revokeApiKey(file, name);
  } catch (error) {
    throw new UsageError(`${FILE} cannot be read and replaced${reasonOf(error, 'it')}, so that no key is revoked.`);
  }
  if (count === 0)
    throw new UsageError(`No key is called ${JSON.stringify(name)}: \`image-graph key list\` has their names.`);
  const keys = count === 1 ? 'The key' : `${count} keys`;
  console.info(
    `${keys} of ${name} ${count === 1 ? 'is' : 'are'} revoked. Servers that read this file reject requests with it from now on.`,
  );
}
