/** From the bytes of PUT /v1/txn to operations. Absent fields become what Go's decoder leaves: empty. */
import { parseDuration } from '../../protocol/duration.ts';
import type { HealthCheckDefinition } from '../../protocol/types/catalog.ts';
import type { KVVerb } from '../../protocol/types/kv.ts';
import type {
  TxnCatalogVerb,
  TxnCheckOp,
  TxnKVOp,
  TxnNodeOp,
  TxnOp,
  TxnServiceOp,
} from '../../protocol/types/txn.ts';
import { decodeBody } from '../decode.ts';
import { HTTPError } from '../http-error.ts';
import { isBase64 } from '../base64.ts';
import { describeDurationFault } from './session-duration.ts';
import { DEFINITION_DURATIONS, TXN_OP } from './txn-fields.ts';

interface BodyOp {
  KV?: Partial<TxnKVOp>;
  Node?: Partial<TxnNodeOp>;
  Service?: Partial<TxnServiceOp>;
  Check?: Partial<TxnCheckOp>;
}

const PREFIX = 'Failed to parse body: ';

/** @throws HTTPError 400 */
export function decodeTxn(bytes: Uint8Array): TxnOp[] {
  const ops = decodeBody<(BodyOp | undefined)[] | undefined>(
    bytes,
    { list: TXN_OP, type: 'api.TxnOps' },
    { prefix: PREFIX },
  );
  return (ops ?? []).map((op) => toOp(op ?? {}));
}

/** Of several members the first counts, in this order. */
function toOp({ KV, Node, Service, Check }: BodyOp): TxnOp {
  if (KV !== undefined) return { KV: toKVOp(KV) };
  if (Node !== undefined) return { Node: { Verb: verbOf(Node), Node: Node.Node ?? {} } };
  if (Service !== undefined) {
    const { Node: node = '', Service: service = {} } = Service;
    return { Service: { Verb: verbOf(Service), Node: node, Service: service } };
  }
  return Check === undefined ? {} : { Check: { Verb: verbOf(Check), Check: toCheck(Check.Check) } };
}

/** What no table of verbs has is refused by the datacenter, as the operation's own error. */
function verbOf(op: { Verb?: TxnCatalogVerb }): TxnCatalogVerb {
  return op.Verb ?? ('' as TxnCatalogVerb);
}

function toKVOp(op: Partial<TxnKVOp>): TxnKVOp {
  const { Verb = '' as KVVerb, Key = '', Value, Flags, Index, Session } = op;
  if (Value !== undefined && !isBase64(Value)) {
    throw new HTTPError(400, `${PREFIX}illegal base64 data at input byte ${firstBadByte(Value)}`);
  }
  return { Verb, Key, Value, Flags, Index, Session };
}

function firstBadByte(text: string): number {
  const good = /^(?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/]*/.exec(text)![0].length;
  return good < text.length ? good : text.length - (text.length % 4);
}

function toCheck(check: TxnCheckOp['Check'] = {}): TxnCheckOp['Check'] {
  return check.Definition === undefined
    ? check
    : { ...check, Definition: toDefinition(check.Definition) };
}

/** The catalog knows each duration under its short name only. */
function toDefinition(definition: HealthCheckDefinition): HealthCheckDefinition {
  const out = { ...definition } as Record<string, unknown>;
  for (const name of DEFINITION_DURATIONS) {
    const value = out[`${name}Duration`] ?? out[name];
    delete out[`${name}Duration`];
    if (value === undefined) continue;
    if (typeof value === 'string' && parseDuration(value) === null) {
      throw new HTTPError(400, PREFIX + describeDurationFault(value));
    }
    out[name] = value;
  }
  return out;
}
