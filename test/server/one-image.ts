// A cloud of one image: a script for startUpstream, with an operation that makes one call to it.

import { imageId, imageRow } from '../resources/image/kind.ts';
import { bareTokenReply } from '../support/upstreams/iam.ts';
import type { Script } from '../support/upstreams/upstream.ts';

/** The image, whatever is called; and IAM's tokens. */
export const oneImage: Script = ({ path }) => (path === '/v3/auth/tokens' ? bareTokenReply : { body: imageRow() });

/** An operation that makes one upstream call. */
export const QUERY = `{ image(imageId: "${imageId(1)}") { name } }`;
/** The response to it. */
export const RESPONSE = { data: { image: { name: 'CentOS' } } };
