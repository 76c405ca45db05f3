/**
 * Blocking by content hash: a client that names the hash it has waits until the content differs
 * (agent/http.go agentLocalBlockingQuery). The agent's own endpoints have no index to wait by.
 */
import { parseWaitOptions } from '../../http-api/query-options.ts';
import type { APIContext, APIRequest } from '../../http-api/route.ts';
import type { LocalState } from './deps.ts';

export const CONTENT_HASH_HEADER = 'X-Consul-ContentHash';

/**
 * The present content as `read` gives it, or with `?hash=` the first whose hash differs, or after
 * `?wait=` the unchanged one.
 *
 * @param read called after each change of a service; null means that there is none, which ends
 * the wait
 */
export async function waitForHash<T extends { readonly hash: string }>(
  request: APIRequest,
  context: APIContext,
  state: LocalState,
  read: () => T | null,
): Promise<T | null> {
  const known = request.query.get('hash');
  // Judged in any case: a bad wait is refused whether or not it would be used.
  const { waitMs } = parseWaitOptions(request, context);
  const first = read();
  if (known === '' || first === null || first.hash !== known) return first;
  return new Promise((resolve) => {
    const finish = (): void => {
      unlisten();
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', finish);
      resolve(read());
    };
    const unlisten = state.listen(({ kind }) => {
      if (kind === 'service' && read()?.hash !== known) finish();
    });
    const timer = setTimeout(finish, waitMs);
    // The client has gone: nobody reads the answer, but nothing may be left waiting.
    request.signal?.addEventListener('abort', finish, { once: true });
  });
}
