/**
 * Policies, roles or global tokens of the primary datacenter (Consul: agent/consul/acl_replication.go).
 *
 * The log says which changed; what it is now is read from the primary, for the log holds no secret.
 */
import type { ReplicatedACLFamily, ReplicatedChange } from '../../protocol/types/replication.ts';
import type { ACLToken } from '../../protocol/types/acl.ts';
import type { BoundRPC } from './bound-rpc.ts';
import type { ReplicatedStream } from './stream.ts';

interface Reader {
  readonly name: string;
  readonly plural: string;
  keys(rpc: BoundRPC): Promise<string[]>;
  /** Those of the keys that exist. */
  read(rpc: BoundRPC, keys: readonly string[]): AsyncIterable<ReplicatedChange>;
}

const READERS: Readonly<Record<ReplicatedACLFamily, Reader>> = {
  'acl-policy': {
    name: 'acl-policies',
    plural: 'ACL policies',
    keys: async (rpc) => ((await rpc.json('acl.policy-list', {})) ?? []).map(({ ID }) => ID),
    async *read(rpc, keys) {
      for (const id of keys) {
        const policy = await rpc.json('acl.policy-read', { id });
        if (policy !== null) yield { Key: id, Value: policy };
      }
    },
  },
  'acl-role': {
    name: 'acl-roles',
    plural: 'ACL roles',
    keys: async (rpc) => ((await rpc.json('acl.role-list', {})) ?? []).map(({ ID }) => ID),
    async *read(rpc, keys) {
      for (const id of keys) {
        const role = await rpc.json('acl.role-read', { id });
        if (role !== null) yield { Key: id, Value: role };
      }
    },
  },
  'acl-token': {
    name: 'acl-tokens',
    plural: 'ACL tokens',
    keys: async (rpc) => (await globalTokens(rpc)).map(({ AccessorID }) => AccessorID),
    // A token that does not exist and one that may not be read are told alike, so it is looked for in the list.
    async *read(rpc, keys) {
      const wanted = new Set(keys);
      for (const token of await globalTokens(rpc)) {
        if (!wanted.has(token.AccessorID)) continue;
        if (token.SecretID === HIDDEN) throw new Error(NEEDS_SECRETS);
        yield { Key: token.AccessorID, Value: token };
      }
    },
  },
};

const HIDDEN = '<hidden>';
const NEEDS_SECRETS =
  'the replication token may not read the secrets of tokens: it needs acl = "write" in the primary datacenter';

/** Local tokens are a datacenter's own. */
async function globalTokens(rpc: BoundRPC): Promise<ACLToken[]> {
  return ((await rpc.json('acl.token-list', {})) ?? []).filter(({ Local }) => !Local);
}

export class ACLStream implements ReplicatedStream {
  readonly name: string;
  readonly family: ReplicatedACLFamily;
  readonly topics: readonly string[];
  readonly plural: string;
  readonly datacenter: string;
  readonly #reader: Reader;

  constructor(family: ReplicatedACLFamily, primary: string) {
    this.#reader = READERS[family];
    this.name = this.#reader.name;
    this.plural = this.#reader.plural;
    this.family = family;
    this.topics = [family];
    this.datacenter = primary;
  }

  async sourceKeys(source: BoundRPC): Promise<Set<string>> {
    return new Set(await this.#reader.keys(source));
  }

  async followerKeys(follower: BoundRPC): Promise<Set<string>> {
    return new Set(await this.#reader.keys(follower));
  }

  async *readAll(source: BoundRPC): AsyncIterable<ReplicatedChange> {
    yield* this.#reader.read(source, await this.#reader.keys(source));
  }

  async translate(texts: readonly string[], source: BoundRPC): Promise<ReplicatedChange[]> {
    const keys = [...new Set(texts.map((text) => (JSON.parse(text) as { Key: string }).Key))];
    if (keys.length === 0) return [];
    const found = new Map<string, ReplicatedChange>();
    for await (const change of this.#reader.read(source, keys)) found.set(change.Key, change);
    return keys.map((Key) => found.get(Key) ?? { Key, Value: null });
  }
}
