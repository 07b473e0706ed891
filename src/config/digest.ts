// Digests that stand for secrets and callers in keys that outlive a request.
import { hash } from 'node:crypto';

/** A SHA-256 digest of the parts. Shape: base64url; equal only where all parts are equal. */
export const digestOf = (...parts: readonly (string | undefined)[]) =>
  hash('sha256', JSON.stringify(parts), 'base64url');
