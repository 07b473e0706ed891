// What the cache keeps its responses in, and a response as it finds it there.
import type { KeepingTimes } from '../../config/cache.ts';
import type { MaybePromise } from '../auth/credentials.ts';
import type { Call, RawResponse } from '../call.ts';
import type { Result, UpstreamResponse } from '../transport/response.ts';
import type { CallMemory } from '../transport/response-memory.ts';

/** A response that was kept, its memory already taken; or the error of who has none for it. */
export interface Kept {
  readonly result: Result;
  readonly isStale: boolean;
}

/** Keeps responses under digests: no key and no fault of it holds a token. It never rejects. */
export interface Store {
  /** Shape: undefined where there is none, or none that can be read. */
  find(key: string, call: Call, times: KeepingTimes, memory: CallMemory): MaybePromise<Kept | undefined>;
  /** Keeps a response, which is never written to; `raw` is the same as it was received. */
  keep(key: string, call: Call, times: KeepingTimes, response: UpstreamResponse, raw: RawResponse): void;
  drop(key: string): void;
}
