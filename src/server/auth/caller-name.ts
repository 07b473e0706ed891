// Names callers for the limits that count them: by API key, JWT subject, token digest or IP address.
import { digestOf } from '../../config/digest.ts';
import { TOKEN } from '../http/caller-headers.ts';

const names = new WeakMap<Request, string>();

/** Sets the name of an authenticated caller. */
export const setCallerName = (request: Request, name: string) => void names.set(request, name);

/** The name of a caller, without secrets; no two callers share one. */
export type CallerName = (request: Request, address: string | undefined) => string;

/** Names a caller that is not authenticated by a digest of its token, where `usesTokens` (passthrough), otherwise by its IP address. */
export const callerName =
  (usesTokens: boolean): CallerName =>
  (request, address = '') => {
    let name = names.get(request);
    if (name === undefined) {
      const token = usesTokens && request.headers.get(TOKEN);
      name = token ? `token ${digestOf(token)}` : `address ${address}`;
      names.set(request, name);
    }
    return name;
  };
