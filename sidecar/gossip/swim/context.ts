import type { TransmitLimitedQueue } from '../broadcast/transmit-limited-queue.ts';
import type { Clock } from '../clock.ts';
import type { GossipCounters, Refusal } from '../counters.ts';
import type { Delegates } from '../delegates.ts';
import type { GossipLog } from '../log.ts';
import type { Random } from '../random.ts';
import type { Endpoint, Transport } from '../transport.ts';
import type { PacketSecurity } from '../wire/packet.ts';
import type { AllowList } from './allow-list.ts';
import type { Awareness } from './awareness.ts';
import type { SwimConfig } from './config.ts';
import type { LocalNode } from './local-node.ts';
import type { MemberTable } from './member-table.ts';

/** What the parts of one member share. */
export interface SwimContext {
  readonly config: SwimConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly security: PacketSecurity;
  readonly delegates: Delegates;
  readonly counters: GossipCounters;
  readonly log: GossipLog | undefined;
  readonly allowed: AllowList;
  readonly local: LocalNode;
  readonly table: MemberTable;
  readonly awareness: Awareness;
  readonly broadcasts: TransmitLimitedQueue;
}

/** Counts what is refused, and says so where somebody debugs: on a network anybody can make this happen, so it is no warning. */
export function refuse(
  { counters, log }: Pick<SwimContext, 'counters' | 'log'>,
  reason: Refusal,
  what: string,
  from?: Endpoint,
): void {
  counters.refuse(reason);
  if (log === undefined) return;
  const source = from === undefined ? '' : ` from ${from.address}:${from.port}`;
  log.debug(`refused ${what}${source}: ${reason}`);
}
