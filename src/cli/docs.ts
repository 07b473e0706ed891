// `image-graph docs`: writes docs/settings.md.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { printSettings } from '../config/settings-page.ts';

export async function docs(args: string[]): Promise<void> {
  parseArgs({ args });
  await writeFile(new URL('../../docs/settings.md', import.meta.url), printSettings());
}
