// The embedded sandbox cloud as an upstream of the tests.
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/cloud.ts';
import { callOf, settingsAt, type Upstream } from './upstream.ts';

/** Starts a sandbox as an upstream. */
export const startSandboxUpstream = async (options: SandboxOptions = {}): Promise<Upstream> =>
  asUpstream(await startSandbox(options));

/** A sandbox that runs already, as an upstream. */
export const asUpstream = ({ endpoints, projectId, token, calls, close }: Sandbox): Upstream => ({
  url: endpoints.swr,
  settings: settingsAt(endpoints.swr, projectId),
  token,
  get calls() {
    return calls.map(callOf);
  },
  takeCalls: () => calls.splice(0).map(callOf),
  close,
});
