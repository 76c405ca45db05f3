import type { Clock } from '../clock.ts';
import type { Delegates } from '../delegates.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { GossipLog } from '../log.ts';
import type { Random } from '../random.ts';
import type { Transport } from '../transport.ts';
import type { SwimConfig } from './config.ts';
import type { Resolver } from './join-address.ts';
import type { MemberNode } from './member.ts';

/** All that one member is made of. */
export interface MemberlistOptions {
  readonly config: SwimConfig;
  /** Not started yet; the memberlist owns it from now on. */
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly delegates: Delegates;
  /** Without one, or with an empty one, nothing is encrypted. */
  readonly keyring?: Keyring;
  readonly log?: GossipLog;
  readonly resolve: Resolver;
  /**
   * Nodes that are alive and known from the start, under incarnation 1, without events: simulations begin with pools whose
   * growing, node by node, would take hours. The objects are shared, so 5,000 nodes that know 5,000 fit in memory.
   */
  readonly knownFromStart?: readonly MemberNode[];
}
