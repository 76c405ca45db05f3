import type { Keyring } from '../keyring/keyring.ts';
import { labelHeader } from '../wire/label.ts';
import type { PacketSecurity } from '../wire/packet.ts';
import type { SwimConfig } from './config.ts';

const NO_KEYS: readonly Uint8Array[] = [];

/** Label and encryption as configured; keys are read from the keyring at each packet. @throws GossipError */
export function packetSecurity(config: SwimConfig, keyring: Keyring | undefined): PacketSecurity {
  return {
    labelHeader: labelHeader(config.label),
    label: Buffer.from(config.label),
    skipIncomingLabelCheck: config.skipInboundLabelCheck,
    keys: () => keyring?.keys() ?? NO_KEYS,
    encryptionVersion: config.protocolVersion === 1 ? 0 : 1,
    verifyIncoming: config.verifyIncoming,
    verifyOutgoing: config.verifyOutgoing,
  };
}
