/** `exec` on this host: connects the events of the datacenter, the jobs and the KV store. */
import { type ServerRPC, directCall } from '../../../http-api/server-rpc.ts';
import type { KVPair } from '../../../protocol/types/kv.ts';
import type { Logger } from '../../lib/log.ts';
import { type JobStore, RemoteExec } from '../../remote-exec/remote-exec.ts';

/** @param token the agent's own, as in Consul */
export function createRemoteExec(
  rpc: ServerRPC,
  token: () => string,
  node: string,
  log: Logger,
): RemoteExec {
  return new RemoteExec({ node, store: new LinkJobStore(rpc, token), log });
}

class LinkJobStore implements JobStore {
  readonly #rpc: ServerRPC;
  readonly #token: () => string;

  constructor(rpc: ServerRPC, token: () => string) {
    this.#rpc = rpc;
    this.#token = token;
  }

  async read(key: string): Promise<Buffer | null> {
    const { body } = await this.#rpc.call('kv.get', { key }, directCall(this.#token()));
    if (body === '') return null;
    const [pair] = JSON.parse(body) as [KVPair];
    return Buffer.from(pair.Value ?? '', 'base64');
  }

  async write(key: string, value: Buffer, session: string): Promise<boolean> {
    const args = { verb: 'lock', key, value: value.toString('base64'), session } as const;
    const { body } = await this.#rpc.call('kv.apply', args, directCall(this.#token()));
    return JSON.parse(body) === true;
  }
}
