/** What clients of this agent ask of datacenters: with their own token, else with the agent's. */
import type { Answer, CallOptions, ServerRPC } from '../../../http-api/server-rpc.ts';
import type { SnapshotStore } from '../../../http-api/snapshot-store.ts';
import { forbidden } from '../../../protocol/errors.ts';
import { isReserved } from '../../../protocol/reserved-tokens.ts';

/** @param defaultToken stands for the token of a request that carries none */
export function clientRPC(rpc: ServerRPC, defaultToken: () => string): ServerRPC {
  return {
    call: (method, args, options) =>
      attempt(() => rpc.call(method, args, resolve(options, defaultToken))),
    watch: (method, args, options, minIndex, waitMs, signal) =>
      attempt(() =>
        rpc.watch(method, args, resolve(options, defaultToken), minIndex, waitMs, signal),
      ),
  };
}

/** An async function around another one costs each call three turns of the queue. */
function attempt(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return call();
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

export function clientSnapshots(store: SnapshotStore, defaultToken: () => string): SnapshotStore {
  return {
    save: async (options) => store.save(resolve(options, defaultToken)),
    restore: async (archive, options) => store.restore(archive, resolve(options, defaultToken)),
  };
}

function resolve(options: CallOptions, defaultToken: () => string): CallOptions {
  const token = clientToken(options.token, defaultToken);
  return token === options.token ? options : { ...options, token };
}

/** @throws RPCError forbidden for a token that only agents themselves may use */
export function clientToken(token: string, defaultToken: () => string): string {
  if (token === '') return defaultToken();
  if (isReserved(token)) throw forbidden('ACL not found');
  return token;
}
