// A real Keystone and Glance for one test file, as test/external/openstack/start.py runs them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

// Where Debian's packages put them.
const PYTHON = '/usr/bin/python3';
export const OPENSTACK_IS_INSTALLED = [
  '/usr/bin/keystone-wsgi-public',
  '/usr/lib/python3/dist-packages/glance',
  '/usr/bin/uwsgi',
  '/usr/lib/uwsgi/plugins/python3_plugin.so',
].every((path) => existsSync(path));

/**
 * What test/external/openstack/content.py has made. All is in the domain `Default`, whose id is `default`, but the project `abroad` in
 * the domain `Partner`, in which demo has a role.
 */
interface Content {
  /** The addresses, without a version and without a slash at the end. */
  readonly keystone: string;
  readonly glance: string;
  /** The ids of the projects by their names. */
  readonly projects: Readonly<Record<Member, string>>;
  /** The users by their names. The stranger has a role in no project, the others in the project of their name. */
  readonly users: Readonly<Record<Member | 'stranger', { readonly id: string; readonly password: string }>>;
}

export type Member = 'demo' | 'other';

export interface OpenStack extends Content {
  /** Gets a token of a user for the user's project from Keystone. */
  issueToken(user: Member): Promise<string>;
  /** Ends both and removes what they have written. */
  close(): Promise<void>;
}

/** Starts both, with tokens that live `tokenSeconds`. They end with this process, however that ends. */
export async function startOpenStack({ tokenSeconds }: { readonly tokenSeconds: number }): Promise<OpenStack> {
  try {
    return await runOpenStack(tokenSeconds);
  } catch {
    // Another process has taken one of its ports since.
    return runOpenStack(tokenSeconds);
  }
}

async function runOpenStack(tokenSeconds: number): Promise<OpenStack> {
  const script = join(import.meta.dirname, '../../external/openstack/start.py');
  const child = spawn(PYTHON, ['-B', script, String(tokenSeconds)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const close = async () => {
    child.stdin.end();
    await ended;
  };
  try {
    const line = once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(60_000) });
    const early = ended.then(() => Promise.reject(new Error('Keystone and Glance have not started')));
    const content: Content = JSON.parse((await Promise.race([line, early]))[0]);
    return { ...content, issueToken: (user) => issueToken(content, user), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function issueToken({ keystone, users }: Content, user: Member): Promise<string> {
  const domain = { id: 'default' };
  const identity = { methods: ['password'], password: { user: users[user] } };
  const response = await fetch(`${keystone}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope: { project: { name: user, domain } } } }),
  });
  const token = response.headers.get('x-subject-token');
  if (token === null) throw new Error(`Keystone responded with ${response.status}`);
  return token;
}
