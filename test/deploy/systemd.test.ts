// deploy/systemd/image-graph.service: systemd accepts it, its exposure stays low, and a systemd runs it with all of its hardening.
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  SYSTEMD_CAN_RUN,
  SYSTEMD_IS_INSTALLED,
  type Systemd,
  startSystemd,
  systemdAnalyze,
} from '../support/processes/systemd.ts';
import { installTarball } from '../support/processes/tarball.ts';

const FOLDER = join(import.meta.dirname, '../../deploy/systemd');
const UNIT = join(FOLDER, 'image-graph.service');
/** What docs say of secrets, as an operator adds it. */
const DROP_IN = `[Service]
LoadCredential=router:/etc/image-graph/secrets/router
Environment=IMAGE_GRAPH_ROUTER_SECRET_FILE=%d/router
`;
const SECRET = 'a-secret-of-the-router';

describe.runIf(SYSTEMD_IS_INSTALLED)('systemd-analyze', () => {
  // Its exposure: 0 is none, 10 is all. What is left is the network, which a server needs, and machine code that is made at run time.
  test('finds an exposure of at most 1.5', () => {
    const output = systemdAnalyze('security', '--offline=true', '--threshold=15', '--no-pager', UNIT);
    expect(output).toMatch(/Overall exposure level for image-graph\.service: [01]\.\d/);
  });
});

describe.runIf(SYSTEMD_CAN_RUN)('systemd', () => {
  let systemd: Systemd;
  let folder: string;
  const systemctl = (...args: string[]) => systemd.run('systemctl', ...args);
  const show = (property: string) => systemctl('show', 'image-graph', '-P', property).output.trim();
  const log = () => systemd.run('journalctl', '-u', 'image-graph', '-o', 'cat', '--no-pager').output;
  const query = (...headers: string[]) =>
    systemd.run('node', '-e', QUERY, JSON.stringify(Object.fromEntries([JSON_TYPE, ...headers.map(pair)]))).output;
  /** Waits until the log of the unit has a text. The time limit of the test bounds it. */
  const says = async (text: string, times = 1) => {
    while (log().split(text).length <= times) await pause(50);
    return log();
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-graph-unit-'));
    const put = (path: string, text: string) => {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    put('etc/image-graph/secrets/router', SECRET);
    chmodSync(join(folder, 'etc/image-graph/secrets/router'), 0o600);
    put('etc/systemd/system/image-graph.service.d/secrets.conf', DROP_IN);
    copyFileSync(UNIT, join(folder, 'etc/systemd/system/image-graph.service'));
    copyFileSync(join(FOLDER, 'image-graph.env'), join(folder, 'etc/image-graph/image-graph.env'));
    const installed = join(folder, 'usr/lib');
    mkdirSync(join(folder, 'installed'));
    mkdirSync(installed, { recursive: true });
    const bin = installTarball(join(folder, 'installed'));
    cpSync(join(dirname(bin), '..'), join(installed, 'node_modules'), { recursive: true });
    rmSync(join(folder, 'installed'), { recursive: true });
    mkdirSync(join(folder, 'usr/bin'));
    copyFileSync(process.execPath, join(folder, 'usr/bin/node'));
    systemd = await startSystemd(folder);
    systemctl('start', 'image-graph');
  }, 120_000);
  afterAll(async () => {
    await systemd.close();
    rmSync(folder, { recursive: true });
  });

  test('accepts the unit without a warning', () => {
    expect(systemd.run('systemd-analyze', 'verify', '--man=no', 'image-graph.service')).toEqual({
      code: 0,
      output: '',
    });
  });

  test('runs it as a user of its own, without rights', async () => {
    await says('image-graph is ready');
    const status = systemd.run('cat', `/proc/${show('MainPID')}/status`).output;
    expect(status).toMatch(/^Uid:(\t6\d{4}){4}$/m);
    for (const line of ['CapEff:\t0000000000000000', 'CapBnd:\t0000000000000000', 'NoNewPrivs:\t1', 'Seccomp:\t2'])
      expect(status.split('\n')).toContain(line);
  });

  test('gives it the secret of a file that only root can read', () => {
    expect(query()).toMatch(/^401 /);
    expect(query(`router-authorization=${SECRET}`)).toMatch(/^200 .*"name":/);
  });

  test('reloads its settings, and says what needs a restart', async () => {
    const change = 'IMAGE_GRAPH_MAX_DEPTH=12\nIMAGE_GRAPH_WORKERS=2\n';
    systemd.run('sh', '-c', `printf '${change}' >> /etc/image-graph/image-graph.env`);
    expect(systemctl('reload', 'image-graph').code).toBe(0);
    expect(await says('Settings reloaded')).toMatch(/IMAGE_GRAPH_MAX_DEPTH.*need a restart: IMAGE_GRAPH_WORKERS/);
  });

  test('restarts it with workers, which share its port', async () => {
    expect(systemctl('restart', 'image-graph').code).toBe(0);
    expect(await says('"workers":2')).toContain('Drained: no request was cut off.');
    expect(query(`router-authorization=${SECRET}`)).toMatch(/^200 /);
  });

  test('lets it keep what it has compiled, and nothing else', async () => {
    const cache = systemd.run('find', '/var/cache/private/image-graph', '-type', 'f').output.trim().split('\n');
    expect(cache.length).toBeGreaterThan(20);
    const pid = show('MainPID');
    expect(systemd.run('nsenter', `--target=${pid}`, '--mount', 'touch', '/etc/image-graph/file').output).toContain(
      'Read-only file system',
    );
  });

  test('starts it again after it was killed', async () => {
    systemctl('kill', '--kill-who=main', '--signal=KILL', 'image-graph');
    await says('"workers":2', 2);
    expect(query(`router-authorization=${SECRET}`)).toMatch(/^200 /);
  });

  test('stops it without an error', () => {
    expect(systemctl('stop', 'image-graph').code).toBe(0);
    expect([show('Result'), show('ExecMainStatus'), show('ActiveState')]).toEqual(['success', '0', 'inactive']);
    expect(log()).toContain('All workers have ended.');
  });
});

const JSON_TYPE: [string, string] = ['content-type', 'application/json'];
const pair = (header: string) => header.split('=', 2) as [string, string];
const QUERY = `
  const body = JSON.stringify({ query: '{ repositories(first: 1) { nodes { name } } }' });
  fetch('http://127.0.0.1:4000/graphql', { method: 'POST', headers: JSON.parse(process.argv[1]), body })
    .then(async (response) => console.log(response.status, await response.text()));
`;
