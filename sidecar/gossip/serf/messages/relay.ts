/** A response on its way through a third node, for redundancy: whither, then the message itself. */
import { MessagePackReader } from '../../../../http-api/message-pack/reader.ts';
import { struct } from '../../wire/msgpack/struct.ts';
import { bytes, int, text } from '../../wire/msgpack/wire-type.ts';
import { MessagePackWriter } from '../../wire/msgpack/writer.ts';
import { MAX_QUERY_BYTES } from '../limits.ts';
import { MESSAGE_TYPE } from './message-type.ts';
import { decodeQueryResponse } from './query.ts';

interface UDPAddress {
  readonly ip: Uint8Array;
  readonly port: number;
  /** Of a link-local IPv6 address; of no meaning to others. */
  readonly zone: string;
}

interface RelayHeader {
  readonly address: UDPAddress;
  /** Empty from Serf before 0.9. */
  readonly name: string;
}

export interface RelayMessage {
  readonly ip: Uint8Array;
  readonly port: number;
  readonly name: string;
  /** A whole message, type byte first. */
  readonly message: Uint8Array;
}

const UDPAddressType = struct<UDPAddress>({
  ip: { name: 'IP', type: bytes },
  port: { name: 'Port', type: int },
  zone: { name: 'Zone', type: text },
});

const RelayHeaderType = struct<RelayHeader>({
  address: { name: 'DestAddr', type: UDPAddressType },
  name: { name: 'DestName', type: text },
});

export function encodeRelay({ ip, port, name, message }: RelayMessage): Uint8Array {
  const writer = new MessagePackWriter();
  writer.byte(MESSAGE_TYPE.relay);
  RelayHeaderType.write(writer, { address: { ip, port, zone: '' }, name });
  writer.verbatim(message);
  return writer.finish();
}

/**
 * Only query responses are ever relayed. Anything else inside is refused: a member must not be made to say what another put in
 * its mouth.
 */
export function decodeRelay(relay: Uint8Array): RelayMessage | undefined {
  if (relay.length > MAX_QUERY_BYTES) return undefined;
  const reader = new MessagePackReader(relay, 1);
  const { address, name } = RelayHeaderType.read(reader);
  const message = relay.subarray(reader.offset);
  const isFine =
    reader.failure === undefined &&
    message[0] === MESSAGE_TYPE.queryResponse &&
    decodeQueryResponse(message) !== undefined;
  return isFine ? { ip: address.ip, port: address.port, name, message } : undefined;
}
