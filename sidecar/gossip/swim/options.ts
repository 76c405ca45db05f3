import type { Clock } from '../clock.ts';
import type { Delegates } from '../delegates.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { GossipLog } from '../log.ts';
import type { Random } from '../random.ts';
import type { Transport } from '../transport.ts';
import type { SwimConfig } from './config.ts';
import type { Resolver } from './join-address.ts';

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
}
