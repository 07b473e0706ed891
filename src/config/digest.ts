// Digests that stand for secrets and callers in keys that outlive a request.
import { createHash } from 'node:crypto';

/** A SHA-256 digest of the parts. Shape: base64url; equal only where all parts are equal. */
export const digestOf = (...parts: readonly (string | undefined)[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
