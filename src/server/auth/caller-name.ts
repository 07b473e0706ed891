// Names callers for the limits that count them: by API key, JWT subject, token digest or IP address.
import { digestOf } from '../../config/digest.ts';
import { type ReadHeader, TOKEN } from '../http/caller-headers.ts';

const names = new WeakMap<Request, string>();

/** Sets the name of an authenticated caller. */
export const setCallerName = (request: Request, name: string) => void names.set(request, name);

/** The name of a caller, without secrets; no two callers share one. */
export type CallerName = (request: Request, address: string | undefined) => string;

/** Names a caller that is not authenticated. */
export type AnonymousName = (header: ReadHeader, address: string | undefined) => string;

/** Names callers by a digest of their token, where `usesTokens` (passthrough), otherwise by their IP address. */
export function anonymousName(usesTokens: boolean): AnonymousName {
  // Most requests have the token of the one before.
  let last = { token: '', name: '' };
  return (header, address = '') => {
    const token = usesTokens && header(TOKEN);
    if (!token) return `address ${address}`;
    if (token !== last.token) last = { token, name: `token ${digestOf(token)}` };
    return last.name;
  };
}

/** The name that authentication has set, or that of an anonymous caller. */
export const callerName =
  (nameOf: AnonymousName): CallerName =>
  (request, address) => {
    let name = names.get(request);
    if (name === undefined) {
      name = nameOf((header) => request.headers.get(header), address);
      names.set(request, name);
    }
    return name;
  };
