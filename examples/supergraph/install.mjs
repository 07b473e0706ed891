// Installs missing packages, in image-graph and here. It runs on the machine's own Node, before a newer one is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

for (const folder of ['../../', './']) {
  const path = fileURLToPath(new URL(folder, import.meta.url));
  // npm writes this file last.
  if (existsSync(`${path}node_modules/.package-lock.json`)) continue;
  console.info(`Installing in ${path}`);
  // Only errors: the scripts run on a Node that is installed here, so warnings about the machine's Node do not apply.
  const npm = [process.env.npm_execpath, 'ci', '--include=dev', '--loglevel=error', '--prefix', path];
  const { status } = spawnSync(process.execPath, npm, { cwd: path, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
