/** A datacenter with links, in memory. It can be evicted: everything but its storage and its sockets is made anew. */
import { DatacenterState } from '../../durable-objects/datacenter-state.ts';
import type { LinkSocket } from '../../durable-objects/link/link.ts';
import { Links } from '../../durable-objects/link/links.ts';
import { createNodeStorage } from '../../durable-objects/testing/node-storage.ts';
import type { MethodArgs, ReadMethod } from '../../protocol/methods.ts';

export class MemoryDatacenter {
  readonly #storage = createNodeStorage();
  readonly #sockets = new Set<LinkSocket>();
  readonly #saves = new Map<string, () => void>();
  #uuids = 0;
  state!: DatacenterState;
  links!: Links;

  constructor() {
    this.#construct();
  }

  /** What a platform does with an object that is idle: rows are written before, sockets stay. */
  evict(): void {
    for (const save of this.#saves.values()) save();
    this.#saves.clear();
    this.#construct();
  }

  open(socket: LinkSocket): void {
    this.#sockets.add(socket);
  }

  close(socket: LinkSocket): void {
    this.#sockets.delete(socket);
    this.links.close(socket);
  }

  /** What a reader who asks now is told. */
  read<M extends ReadMethod>(method: M, args: MethodArgs<M>): { index: number; body: string } {
    return this.state.callAlone({ method, args, token: '', actor: 'test' });
  }

  #construct(): void {
    const newUUID = (): string =>
      `00000000-0000-4000-8000-${String(++this.#uuids).padStart(12, '0')}`;
    this.state = new DatacenterState(this.#storage, 'dc1', { now: () => 1_000_000, newUUID });
    this.links = new Links(this.state, {
      keepaliveAt: () => undefined,
      opened: () => {},
      closed: () => {},
      saveSoon: (key, save) => this.#saves.set(key, save),
    });
    for (const socket of this.#sockets) this.links.restore(socket);
  }
}
