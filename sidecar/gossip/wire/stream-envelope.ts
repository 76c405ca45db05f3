/** The envelopes of a stream: label, encryption with a length, compression (memberlist's rawSendMsgStream and readStream). */
import type { Refusal } from '../counters.ts';
import { compress, decompress } from './compression.ts';
import { decrypt, encrypt, encryptedLength } from './encryption.ts';
import { skipLabel } from './label.ts';
import { MAX_DECOMPRESSED_STREAM_BYTES, MAX_STREAM_MESSAGE_BYTES } from './limits.ts';
import { MessageType } from './message-type.ts';
import { CompressedType } from './messages.ts';
import { MessagePackReader } from '../../../http-api/message-pack/reader.ts';
import type { PacketSecurity } from './packet.ts';
import { StreamMessageParser } from './stream-message.ts';
import type { StreamMessage } from './stream-message.ts';

/** Type byte and length. */
const ENCRYPTED_HEADER_BYTES = 5;

/** Without the label, which stands once, at the beginning of what the dialling side sends. */
export function sealStreamMessage(
  message: Uint8Array,
  security: PacketSecurity,
  options: { readonly compress: boolean },
): Uint8Array {
  const body = options.compress ? compress(message) : message;
  const key = security.verifyOutgoing ? security.keys()[0] : undefined;
  if (key === undefined) return body;
  const version = security.encryptionVersion;
  const header = encryptedHeader(encryptedLength(version, body.length));
  const authenticated = Buffer.concat([header, security.label]);
  return Buffer.concat([header, encrypt(version, key, body, authenticated)]);
}

function encryptedHeader(bytes: number): Buffer {
  const header = Buffer.allocUnsafe(ENCRYPTED_HEADER_BYTES);
  header[0] = MessageType.encrypted;
  header.writeUInt32BE(bytes, 1);
  return header;
}

/**
 * Reads the one message that a side of a stream sends, from bytes that grow.
 *
 * What encryption and compression hold is only looked at when it is complete; what is sent plain is read as it comes.
 */
export class StreamReader {
  readonly #security: PacketSecurity;
  readonly #labelled: boolean;
  readonly #parser = new StreamMessageParser();
  readonly #reader = new MessagePackReader();

  /** @param labelled whether a label stands first: on what was accepted, not on what comes back on what was dialled */
  constructor(security: PacketSecurity, { labelled }: { readonly labelled: boolean }) {
    this.#security = security;
    this.#labelled = labelled && !security.skipIncomingLabelCheck;
  }

  /** @param received everything so far @returns `truncated` when more is needed */
  read(received: Uint8Array): StreamMessage | Refusal {
    const start = this.#labelled ? skipLabel(received, this.#security.labelHeader) : 0;
    if (typeof start === 'string') return start;
    const message = received.subarray(start);
    const type = message[0];
    if (type === undefined) return 'truncated';
    if (type === MessageType.encrypted) return this.#readEncrypted(message);
    const { verifyIncoming } = this.#security;
    if (verifyIncoming && this.#security.keys().length > 0) return 'encryption';
    return type === MessageType.compressed
      ? this.#readCompressed(message)
      : this.#parser.parse(message);
  }

  #readEncrypted(message: Uint8Array): StreamMessage | Refusal {
    const keys = this.#security.keys();
    if (keys.length === 0) return 'encryption';
    if (message.length < ENCRYPTED_HEADER_BYTES) return 'truncated';
    const header = message.subarray(0, ENCRYPTED_HEADER_BYTES);
    const bytes = Buffer.from(header).readUInt32BE(1);
    if (bytes > MAX_STREAM_MESSAGE_BYTES) return 'too_large';
    const end = ENCRYPTED_HEADER_BYTES + bytes;
    if (message.length < end) return 'truncated';
    const authenticated = Buffer.concat([header, this.#security.label]);
    const plain = decrypt(keys, message.subarray(ENCRYPTED_HEADER_BYTES, end), authenticated);
    if (plain === undefined) return 'undecryptable';
    return whole(
      plain[0] === MessageType.compressed ? this.#readCompressed(plain) : this.#parser.parse(plain),
    );
  }

  #readCompressed(message: Uint8Array): StreamMessage | Refusal {
    const reader = this.#reader.reset(message, 1, MAX_STREAM_MESSAGE_BYTES);
    const compressed = CompressedType.read(reader);
    if (reader.failure !== undefined) return reader.failure;
    const plain = decompress(compressed, MAX_DECOMPRESSED_STREAM_BYTES);
    return typeof plain === 'string' ? plain : whole(this.#parser.parse(plain));
  }
}

/** Inside a complete envelope nothing more will come. */
function whole(result: StreamMessage | Refusal): StreamMessage | Refusal {
  return result === 'truncated' ? 'malformed' : result;
}
