import { labelHeader } from '../label.ts';
import type { PacketSecurity } from '../packet.ts';

export const KEYS = [16, 24, 32].map((length) => new Uint8Array(length).fill(length));

export interface SecurityOptions extends Partial<Omit<PacketSecurity, 'label' | 'keys'>> {
  readonly label?: string;
  readonly keys?: readonly Uint8Array[];
}

export function security({
  label = '',
  keys = [],
  ...others
}: SecurityOptions = {}): PacketSecurity {
  return {
    labelHeader: labelHeader(label),
    label: Buffer.from(label),
    skipIncomingLabelCheck: false,
    keys: () => keys,
    encryptionVersion: 1,
    verifyIncoming: true,
    verifyOutgoing: true,
    ...others,
  };
}
