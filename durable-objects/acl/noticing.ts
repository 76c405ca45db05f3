/** Whether a list was shortened because of what its reader may not see. */
import type { Notes } from '../../protocol/frames.ts';
import { ANONYMOUS_ACCESSOR, type Authorizer, type Notice, makeAuthorizer } from './authorizer.ts';

/**
 * The same rights, which remember that one was missing. Requests without a token are never told, as in Consul, so nothing
 * is remembered of them, nor where everybody may do everything.
 */
export function noticing(authorizer: Authorizer): Authorizer {
  const { accessor } = authorizer;
  if (accessor === '' || accessor === ANONYMOUS_ACCESSOR) return authorizer;
  const notice: Notice = { isFiltered: false };
  return makeAuthorizer({
    ...authorizer,
    notice,
    allows(resource, access, name) {
      const isAllowed = authorizer.allows(resource, access, name);
      if (!isAllowed && access === 'read') notice.isFiltered = true;
      return isAllowed;
    },
  });
}

/** What stands beside an answer from which something was left out. */
export const FILTERED = { Filtered: 'true' } as const;

/** With the note, where `authorizer` has noticed something. */
export function noted<R extends { notes?: Notes | undefined }>(
  reading: R,
  { notice }: Authorizer,
): R {
  return notice?.isFiltered ? { ...reading, notes: { ...reading.notes, ...FILTERED } } : reading;
}
