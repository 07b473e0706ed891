// Installs what is missing, in the product and here. It runs before there is a newer Node than the machine's own.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

for (const folder of ['../../', './']) {
  const place = fileURLToPath(new URL(folder, import.meta.url));
  // npm writes this file when it is done.
  if (existsSync(`${place}node_modules/.package-lock.json`)) continue;
  console.info(`Installing in ${place}`);
  // The scripts bring a Node of their own: what npm says of an older one is of no account.
  const npm = [process.env.npm_execpath, 'ci', '--include=dev', '--loglevel=error', '--prefix', place];
  const { status } = spawnSync(process.execPath, npm, { cwd: place, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
