// Reads references to container images: the path of a repository or a tag, and the path by which another service names one.

/** The parts of `registry/namespace/repository:tag@digest`. */
export interface ImageReference {
  /** Host, and port where it has one; undefined for a reference within its own registry. */
  readonly registry: string | undefined;
  readonly namespace: string;
  /** May contain slashes. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** With its algorithm, such as `sha256:…`. */
  readonly digest: string | undefined;
}

/** Characters of the longest reference that is read. */
const MAX_LENGTH = 2_048;

/** A tag: any of these, `a..b` too. */
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,512}$/;
/** A host: a name with a dot, an address, or any name with a port. */
const REGISTRY = /^(?:localhost|[\w-]+(?:\.[\w-]+)+|\[[0-9a-fA-F:.]+\]|[\w-]+(?=:\d))(?::\d{1,5})?$/;
/** A name, as registries take them, and in other alphabets: no separator of a reference, and no blank. */
const NAME = /^[^\s:@/]+$/;

/** Whether a text is the name of a tag. */
export const isTagName = (text: string): boolean => TAG.test(text);

/** Reads a reference. Shape: undefined for any other text, and for a reference without an organization. */
export function readImageReference(text: string): ImageReference | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const parts = (at < 0 ? text : text.slice(0, at)).split('/');
  const registry = parts.length > 2 && REGISTRY.test(parts[0] ?? '') ? parts.shift() : undefined;
  const last = parts.pop() ?? '';
  const colon = last.indexOf(':');
  const tag = colon < 0 ? undefined : last.slice(colon + 1);
  const [namespace = '', ...names] = [...parts, colon < 0 ? last : last.slice(0, colon)];
  const isReference =
    names.length > 0 &&
    [namespace, ...names].every((name) => NAME.test(name)) &&
    (tag === undefined || TAG.test(tag)) &&
    (digest === undefined || DIGEST.test(digest));
  return isReference ? { registry, namespace, repository: names.join('/'), tag, digest } : undefined;
}
