/** From a resolution to bytes: shuffle, cut to size, encode. Called again for every fresh permutation. */
import type { DNSOptions } from '../options.ts';
import { HeaderFlag, ResponseCode } from '../wire/codes.ts';
import { encodeMessage } from '../wire/message.ts';
import type { DNSMessage, EncodedMessage } from '../wire/message.ts';
import { echoedFlags } from '../wire/query.ts';
import type { Query } from '../wire/query.ts';
import { randomSelection } from '../resolve/resolution.ts';
import type { AnswerGroup, GroupList, Resolution } from '../resolve/resolution.ts';
import { answerLimits, fitMessage } from './fit.ts';
import type { Transport } from './fit.ts';

export type AssembleOptions = Pick<
  DNSOptions,
  'udpAnswerLimit' | 'enableTruncate' | 'disableCompression' | 'recursors'
>;

export interface AssembledAnswer extends EncodedMessage {
  readonly truncated: boolean;
}

/** A resolution whose groups may be packed. */
export type AnswerParts = Omit<Resolution, 'groups'> & { readonly groups: GroupList };

export function assemble(
  query: Query,
  resolution: AnswerParts,
  transport: Transport,
  options: AssembleOptions,
): AssembledAnswer {
  const limits = answerLimits(transport, query.question.type, query.edns, options.udpAnswerLimit);
  const { groups, shuffled, maxGroups } = resolution;
  // One group above the limit is enough to know that something was cut.
  const wanted = Math.min(maxGroups, limits.maxAnswers + 1);
  const chosen = shuffled ? randomSelection(groups, wanted) : firstOf(groups, wanted);
  const message: DNSMessage = {
    question: query.question,
    flags: responseFlags(query, options),
    code: resolution.code,
    answer: chosen.flatMap((group) => group.answer),
    authority: resolution.authority,
    additional: [...resolution.additional, ...chosen.flatMap((group) => group.additional)],
    edns: query.edns,
    subnetScopeBits: subnetScope(query, resolution),
  };
  const compress = !options.disableCompression;
  const { message: fitted, trimmed } = fitMessage(message, limits, compress);
  const truncated = trimmed && options.enableTruncate;
  const flags = fitted.flags | (truncated ? HeaderFlag.TC : 0);
  const encoded = encodeMessage({ ...fitted, flags }, compress);
  if (!encoded)
    return { ...encodeFailure(query, ResponseCode.SERVFAIL, options), truncated: false };
  return { ...encoded, truncated };
}

/** An answer without records: SERVFAIL of a lookup that failed, REFUSED for a zone that is not ours. */
export function encodeFailure(
  query: Query,
  code: ResponseCode,
  options: AssembleOptions,
): EncodedMessage {
  // Whoever refuses or fails is no authority (RFC 1035 section 4.1.1). Consul sends no OPT with a refusal.
  const refused = code === ResponseCode.REFUSED;
  return encodeMessage({
    question: query.question,
    flags: echoedFlags(query.flags) | recursionAvailable(options),
    code,
    answer: [],
    authority: [],
    additional: [],
    edns: refused ? undefined : query.edns,
  })!;
}

function firstOf(groups: GroupList, count: number): AnswerGroup[] {
  const length = Math.min(count, groups.length);
  return Array.from({ length }, (_, index) => groups.at(index)!);
}

function responseFlags(query: Query, options: AssembleOptions): number {
  return echoedFlags(query.flags) | HeaderFlag.AA | recursionAvailable(options);
}

function recursionAvailable({ recursors }: AssembleOptions): number {
  return recursors.length > 0 ? HeaderFlag.RA : 0;
}

/** RFC 7871 section 7.2.1. Errors hold for everybody. */
function subnetScope(query: Query, { code, perClient }: AnswerParts): number {
  const holdsForSubnet = perClient && code === ResponseCode.NOERROR;
  return holdsForSubnet ? (query.edns?.clientSubnet?.sourcePrefixBits ?? 0) : 0;
}
