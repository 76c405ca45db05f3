/**
 * Configuration entries of the primary datacenter, of every kind (Consul: agent/consul/config_replication.go).
 *
 * The log says which entry changed; what it is now is read from the primary, for the log holds no private key.
 */
import { type KnownEntry, nameOf } from '../../protocol/config-entries/kinds.ts';
import type { ReplicatedChange } from '../../protocol/types/replication.ts';
import type { BoundRPC } from './bound-rpc.ts';
import type { ReplicatedStream } from './stream.ts';

/** Each datacenter derives it from gateways and routes. */
const DERIVED_KIND = 'bound-api-gateway';

type Rendered = Record<string, unknown> & { Kind: string; Name?: string };

export class ConfigStream implements ReplicatedStream {
  readonly name = 'config';
  readonly family = 'config';
  readonly topics = ['config'];
  readonly plural = 'configuration entries';
  readonly datacenter: string;

  constructor(primary: string) {
    this.datacenter = primary;
  }

  sourceKeys(source: BoundRPC): Promise<Set<string>> {
    return keysOf(source);
  }

  followerKeys(follower: BoundRPC): Promise<Set<string>> {
    return keysOf(follower);
  }

  async *readAll(source: BoundRPC): AsyncIterable<ReplicatedChange> {
    for (const entry of await entriesOf(source)) yield { Key: keyOf(entry), Value: content(entry) };
  }

  async translate(texts: readonly string[], source: BoundRPC): Promise<ReplicatedChange[]> {
    const keys = new Set(texts.map((text) => (JSON.parse(text) as { Key: string }).Key));
    const changes: ReplicatedChange[] = [];
    for (const key of keys) {
      const slash = key.indexOf('/');
      const [kind, name] = [key.slice(0, slash), key.slice(slash + 1)];
      if (kind === DERIVED_KIND) continue;
      const entry = (await source.json('config.get', { kind, name })) as Rendered | null;
      changes.push({ Key: key, Value: entry === null ? null : content(entry) });
    }
    return changes;
  }
}

async function entriesOf(rpc: BoundRPC): Promise<Rendered[]> {
  const entries = ((await rpc.json('config.list', { kind: '' })) ?? []) as Rendered[];
  return entries.filter(({ Kind }) => Kind !== DERIVED_KIND);
}

async function keysOf(rpc: BoundRPC): Promise<Set<string>> {
  return new Set((await entriesOf(rpc)).map(keyOf));
}

/** As the log spells it. */
function keyOf(entry: Rendered): string {
  return `${entry.Kind}/${nameOf(entry as unknown as KnownEntry).toLowerCase()}`;
}

/** What its writer said: hash and indexes are each datacenter's own. */
function content({ Hash: _h, CreateIndex: _c, ModifyIndex: _m, ...entry }: Rendered): unknown {
  return entry;
}
