import type { Delegate, Delegates } from '../delegates.ts';
import type { GossipNode } from '../gossip-node.ts';

const EMPTY = new Uint8Array(0);

/** Remembers what it was told, in words. */
export class RecordingDelegate implements Delegate {
  meta: Uint8Array = EMPTY;
  state: Uint8Array = EMPTY;
  broadcasts: Uint8Array[] = [];
  readonly events: string[] = [];
  readonly messages: string[] = [];
  readonly merged: string[] = [];
  /** Answered probes: name, round trip, payload. */
  readonly pinged: string[] = [];

  nodeMeta(): Uint8Array {
    return this.meta;
  }

  notifyMsg(message: Uint8Array): void {
    this.messages.push(Buffer.from(message).toString());
  }

  getBroadcasts(overhead: number, limit: number): readonly Uint8Array[] {
    let leftBytes = limit;
    const fits = (message: Uint8Array): boolean => {
      if (message.length + overhead > leftBytes) return false;
      leftBytes -= message.length + overhead;
      return true;
    };
    const sent = this.broadcasts.filter(fits);
    this.broadcasts = this.broadcasts.filter((message) => !sent.includes(message));
    return sent;
  }

  localState(): Uint8Array {
    return this.state;
  }

  mergeRemoteState(state: Uint8Array, join: boolean): void {
    this.merged.push(`${join ? 'join' : 'sync'} ${Buffer.from(state).toString()}`);
  }

  /** As all the delegates that a Memberlist takes; events read like `join n1`, `dead n2`, `update n3`. */
  delegates(): Delegates {
    const told = (what: string, { name }: GossipNode): void => {
      this.events.push(`${what} ${name}`);
    };
    return {
      delegate: this,
      events: {
        notifyJoin: (node) => told('join', node),
        notifyLeave: (node, state) => told(state, node),
        notifyUpdate: (node) => told('update', node),
      },
      conflict: { notifyConflict: (existing) => told('conflict', existing) },
      ping: {
        ackPayload: () => this.meta,
        notifyPingComplete: ({ name }, rttMs, payload) => {
          this.pinged.push(`${name} ${rttMs} ${Buffer.from(payload).toString()}`);
        },
      },
    };
  }
}
