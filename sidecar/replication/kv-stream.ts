/**
 * A prefix of keys in another datacenter, copied to a prefix here: values and flags, not locks.
 *
 * Whoever writes below the prefix here is corrected when everything is compared again, not before: the source decides.
 */
import { MAX_PAGE_KEYS } from '../../protocol/limits.ts';
import type { MethodArgs } from '../../protocol/methods.ts';
import type { ReplicatedChange } from '../../protocol/types/replication.ts';
import type { BoundRPC } from './bound-rpc.ts';
import type { ReplicatedStream } from './stream.ts';

export interface KVMirror {
  /** The datacenter that is followed. */
  readonly datacenter: string;
  readonly prefix: string;
  /** The prefix here. */
  readonly destination: string;
  /** Prefixes, as the source spells them, that are neither copied nor deleted. */
  readonly exclude: readonly string[];
}

interface Pair {
  Key: string;
  Value: string | null;
  /** Decimal text. */
  Flags: string;
}

export class KVStream implements ReplicatedStream {
  readonly name: string;
  readonly family = 'kv';
  readonly datacenter: string;
  readonly topics: readonly string[];
  readonly plural = 'keys';
  readonly #mirror: KVMirror;

  constructor(mirror: KVMirror) {
    this.#mirror = mirror;
    this.name = `kv/${mirror.destination}`;
    this.datacenter = mirror.datacenter;
    this.topics = [`kv-prefix/${mirror.prefix}`];
  }

  async sourceKeys(source: BoundRPC): Promise<Set<string>> {
    const keys = new Set<string>();
    for await (const key of keysBelow(source, this.#mirror.prefix))
      if (this.#isCopied(key)) keys.add(this.#here(key));
    return keys;
  }

  async followerKeys(follower: BoundRPC): Promise<Set<string>> {
    const { prefix, destination } = this.#mirror;
    const keys = new Set<string>();
    for await (const key of keysBelow(follower, destination))
      if (this.#isCopied(prefix + key.slice(destination.length))) keys.add(key);
    return keys;
  }

  async *readAll(source: BoundRPC): AsyncIterable<ReplicatedChange> {
    for await (const text of pages(source, { prefix: this.#mirror.prefix, form: 'list' }))
      for (const pair of parseExact(text) as Pair[]) {
        if (this.#isCopied(pair.Key)) yield { Key: this.#here(pair.Key), Value: valueOf(pair) };
      }
  }

  async translate(texts: readonly string[]): Promise<ReplicatedChange[]> {
    const latest = new Map<string, ReplicatedChange>();
    for (const text of texts) {
      const { Key, Value } = parseExact(text) as { Key: string; Value: Pair | null };
      if (!this.#isCopied(Key)) continue;
      const key = this.#here(Key);
      latest.set(key, { Key: key, Value: Value === null ? null : valueOf(Value) });
    }
    return [...latest.values()];
  }

  #here(key: string): string {
    return this.#mirror.destination + key.slice(this.#mirror.prefix.length);
  }

  /** A key that would have no name here is none. */
  #isCopied(key: string): boolean {
    if (this.#here(key) === '') return false;
    return !this.#mirror.exclude.some((prefix) => key.startsWith(prefix));
  }
}

function valueOf({ Value, Flags }: Pair): { Value: string; Flags: string } {
  return { Value: Value ?? '', Flags };
}

/** Flags stay text: they need 64 bits. */
function parseExact(text: string): unknown {
  return JSON.parse(text, (name, value: unknown, context?: { source?: string }) =>
    name === 'Flags' && typeof value === 'number' ? (context?.source ?? String(value)) : value,
  );
}

async function* keysBelow(rpc: BoundRPC, prefix: string): AsyncIterable<string> {
  for await (const text of pages(rpc, { prefix, form: 'keys' }))
    yield* JSON.parse(text) as string[];
}

type PageArgs = Pick<MethodArgs<'kv.page'>, 'prefix' | 'form'>;

async function* pages(rpc: BoundRPC, args: PageArgs): AsyncIterable<string> {
  let after = '';
  do {
    const { body, notes } = await rpc.call('kv.page', { ...args, after, limit: MAX_PAGE_KEYS });
    if (body !== '') yield body;
    after = decodeURIComponent(notes?.['Next'] ?? '');
  } while (after !== '');
}
