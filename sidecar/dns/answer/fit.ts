/**
 * Cutting an answer to what its transport takes, the way Consul's clients know it.
 *
 * - UDP without EDNS: at most `udp_answer_limit` answers (never above 8) and 512 bytes. The size is then counted
 *   without compression, in case a middlebox undoes it.
 * - UDP with EDNS: the client's payload size. TCP: 65,535 bytes.
 * - Once an answer is cut, its additional section is rebuilt: one address for each SRV target that is left, nothing
 *   else, so neither TXT nor OPT. TC is set only when `enable_truncate` says so.
 */
import {
  MAX_TCP_MESSAGE_BYTES,
  MAX_UDP_MESSAGE_BYTES,
  PLAIN_UDP_BYTES,
  RecordType,
} from '../wire/codes.ts';
import { encodedLength } from '../wire/message.ts';
import type { DNSMessage } from '../wire/message.ts';
import { lowerCase } from '../wire/name.ts';
import type { EDNS } from '../wire/query.ts';
import type { ResourceRecord } from '../wire/record.ts';

export type Transport = 'udp' | 'tcp';

/** What one answer may hold. */
export interface AnswerLimits {
  readonly maxAnswers: number;
  readonly maxBytes: number;
  /** Whether exceeding `maxAnswers` counts as truncation and switches to counting uncompressed bytes. */
  readonly isPlainUDP: boolean;
}

/** Consul's ceiling for `udp_answer_limit`. */
const MAX_UDP_ANSWERS = 8;
/** More records than these never fit 64 KB, so shuffling and measuring them would be for nothing. */
const MAX_TCP_ANSWERS = 4096;
const MAX_TCP_SRV_ANSWERS = 1024;
/** Kept free, as Consul does, for the UDP header and for the TCP message's own. */
const UDP_RESERVE_BYTES = 8;
const TCP_RESERVE_BYTES = 12;
/** When less than this is too much, the last answer is the first to go, and only then the extra records. */
const SMALL_EXCESS_BYTES = 100;

export function answerLimits(
  transport: Transport,
  type: number,
  edns: EDNS | undefined,
  udpAnswerLimit: number,
): AnswerLimits {
  if (transport === 'tcp') {
    const maxAnswers = type === RecordType.SRV ? MAX_TCP_SRV_ANSWERS : MAX_TCP_ANSWERS;
    return { maxAnswers, maxBytes: MAX_TCP_MESSAGE_BYTES - TCP_RESERVE_BYTES, isPlainUDP: false };
  }
  const payload = Math.max(PLAIN_UDP_BYTES, edns?.udpPayloadBytes ?? 0);
  const maxBytes = Math.min(payload, MAX_UDP_MESSAGE_BYTES) - UDP_RESERVE_BYTES;
  const isPlainUDP = payload === PLAIN_UDP_BYTES;
  // A payload of maxBytes cannot hold more than this many of the smallest records (a compressed A, 16 bytes).
  const maxAnswers = isPlainUDP ? Math.min(MAX_UDP_ANSWERS, udpAnswerLimit) : maxBytes >> 4;
  return { maxAnswers, maxBytes, isPlainUDP };
}

/** @returns the message, and whether answers were left out. */
export function fitMessage(
  message: DNSMessage,
  limits: AnswerLimits,
  compress: boolean,
): { message: DNSMessage; trimmed: boolean } {
  const total = message.answer.length;
  let fitted = message;
  let countsCompressed = compress;
  if (total > limits.maxAnswers) {
    if (limits.isPlainUDP) {
      fitted = withAnswers(message, limits.maxAnswers);
      countsCompressed = false;
    } else {
      fitted = { ...message, answer: message.answer.slice(0, limits.maxAnswers) };
    }
  }
  fitted = fitBytes(fitted, limits.maxBytes, countsCompressed);
  return { message: fitted, trimmed: fitted.answer.length < total };
}

/** One answer is always sent, whatever its size: better a datagram too long than a name that seems empty. */
function fitBytes(message: DNSMessage, maxBytes: number, compress: boolean): DNSMessage {
  if (message.answer.length <= 1) return message;
  const excess = encodedLength(message, compress) - maxBytes;
  if (excess <= 0) return message;
  const bare = { ...message, authority: [] };
  let most = message.answer.length - (excess > SMALL_EXCESS_BYTES ? 0 : 1);
  let least = 1;
  while (least < most) {
    const middle = (least + most + 1) >> 1;
    if (encodedLength(withAnswers(bare, middle), compress) <= maxBytes) least = middle;
    else most = middle - 1;
  }
  return withAnswers(bare, least);
}

/** The first `count` answers, with the additional section rebuilt for them. */
function withAnswers(message: DNSMessage, count: number): DNSMessage {
  const answer = message.answer.slice(0, count);
  return { ...message, answer, additional: glueFor(answer, message.additional), edns: undefined };
}

/** For each SRV target the first record of that name, and on along aliases. */
function glueFor(
  answer: readonly ResourceRecord[],
  additional: readonly ResourceRecord[],
): ResourceRecord[] {
  const byName = new Map<string, ResourceRecord>();
  for (const record of additional) {
    const key = lowerCase(record.name);
    if (!byName.has(key)) byName.set(key, record);
  }
  const glue = new Set<ResourceRecord>();
  for (const record of answer) {
    if (record.type !== RecordType.SRV) continue;
    let found = byName.get(lowerCase(record.target));
    while (found && !glue.has(found)) {
      glue.add(found);
      found = found.type === RecordType.CNAME ? byName.get(lowerCase(found.target)) : undefined;
    }
  }
  return [...glue];
}
