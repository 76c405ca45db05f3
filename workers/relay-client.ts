/**
 * Parks a long poll in a relay object, by a WebSocket that the relay may hibernate over: while nothing happens neither
 * Worker, relay nor datacenter costs anything.
 */
import { RELAY_SHARDS } from '../protocol/limits.ts';
import type { RelayQuery, RelayMessage } from '../durable-objects/relay/relay-protocol.ts';
import { encodeRelayQuery, decodeRelayMessage } from '../durable-objects/relay/relay-protocol.ts';
import { inJurisdiction } from '../durable-objects/in-jurisdiction.ts';
import type { DatacenterRecord } from '../protocol/types/datacenters.ts';
import type { Env } from './env.ts';

/** @returns what the relay said, or null when the wait was over first */
export async function waitInRelay(
  env: Env,
  { Name: datacenter, Jurisdiction: jurisdiction }: DatacenterRecord,
  query: RelayQuery,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<RelayMessage | null> {
  const name = `${datacenter}/${shardOf(query)}`;
  const relays = inJurisdiction(env.RELAY_OBJECTS, jurisdiction);
  const relay = relays.get(relays.idFromName(name));
  const response = await relay.fetch('https://relay/park', {
    headers: {
      upgrade: 'websocket',
      'x-lictor-relay': name,
      'x-lictor-datacenter': datacenter,
      'x-lictor-jurisdiction': jurisdiction,
      'x-lictor-query': encodeRelayQuery(query),
    },
  });
  const socket = response.webSocket;
  if (socket === null) throw new Error(`the relay refused the query: ${await response.text()}`);
  socket.accept();
  return firstMessage(socket, waitMs, signal);
}

function firstMessage(
  socket: WebSocket,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<RelayMessage | null> {
  return new Promise((resolve) => {
    const finish = (message: RelayMessage | null): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      try {
        socket.close(1000, 'answered');
      } catch {
        // Closed by the relay already.
      }
      resolve(message);
    };
    const giveUp = (): void => finish(null);
    const timer = setTimeout(giveUp, waitMs);
    signal?.addEventListener('abort', giveUp);
    socket.addEventListener('message', (event) => finish(decodeRelayMessage(String(event.data))));
    // A relay that restarts drops its sockets: reading again is always right.
    socket.addEventListener('close', () => finish({ index: 0, body: null }));
  });
}

/** Equal queries meet in one relay, so that one push answers all of them. */
function shardOf(query: RelayQuery): number {
  let hash = 0;
  for (const char of `${query.method}${JSON.stringify(query.args)}`) {
    hash = (hash * 31 + char.codePointAt(0)!) >>> 0;
  }
  return hash % RELAY_SHARDS;
}
