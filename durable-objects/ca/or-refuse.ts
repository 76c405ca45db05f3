/** What parsers of keys and certificates say, told to whoever sent them. */
import { DERError } from '../../protocol/der-reader.ts';
import type { RPCError } from '../../protocol/errors.ts';

/** @throws what `refuse` makes of a DERError's message; other errors as they are */
export function orRefuse<T>(refuse: (fault: string) => RPCError, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DERError) throw refuse(error.message);
    throw error;
  }
}
