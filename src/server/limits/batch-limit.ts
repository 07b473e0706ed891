// Limits the operations of one HTTP request.
import type { Limits } from '../../config/config.ts';
import { tooComplex } from '../../graph/errors.ts';
import type { ServerPlugin } from '../http/node-context.ts';

/** Rejects larger batches; Yoga's own limit is set beyond all of them. */
export function useBatchLimit(limits: Pick<Limits, 'batch'>): ServerPlugin {
  return {
    onRequestParse: () => ({
      onRequestParseDone({ requestParserResult: operations }) {
        const { batch: max } = limits;
        if (!Array.isArray(operations) || operations.length <= max) return;
        const limit = { name: 'batch', value: operations.length, max };
        throw tooComplex('The request holds too many operations', limit, 'Send fewer in one request.');
      },
    }),
  };
}
