/**
 * Labels tell pools on one network apart. A packet or a stream of a labelled pool begins with 244, the label's length and the
 * label, outside of everything else, encryption included (memberlist's label.go).
 */
import { GossipError } from '../errors.ts';
import { MAX_LABEL_BYTES } from './limits.ts';
import { MessageType } from './message-type.ts';

const EMPTY = new Uint8Array(0);

/** What stands before a labelled packet or stream; empty for the empty label. @throws GossipError `invalid_config` */
export function labelHeader(label: string): Uint8Array {
  const bytes = Buffer.from(label);
  if (bytes.length === 0) return EMPTY;
  if (bytes.length > MAX_LABEL_BYTES) {
    throw new GossipError(
      'invalid_config',
      `could not use ${JSON.stringify(label)} as a label: too long`,
    );
  }
  return Buffer.concat([Buffer.of(MessageType.labelled, bytes.length), bytes]);
}

/**
 * Where the labelled content begins.
 *
 * @param header of the pool, from `labelHeader`
 * @returns `label` when it is another pool's, `truncated` when that cannot be told yet
 */
export function skipLabel(bytes: Uint8Array, header: Uint8Array): number | 'label' | 'truncated' {
  if (bytes.length === 0) return header.length === 0 ? 0 : 'truncated';
  if (bytes[0] !== MessageType.labelled) return header.length === 0 ? 0 : 'label';
  for (let index = 0; index < header.length; index++) {
    if (index >= bytes.length) return 'truncated';
    if (bytes[index] !== header[index]) return 'label';
  }
  return header.length === 0 ? 'label' : header.length;
}
