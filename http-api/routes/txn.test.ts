import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import type { TxnOp } from '../../protocol/types/txn.ts';
import { HTTPError } from '../http-error.ts';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { decodeTxn } from './txn-body.ts';
import { txnRoutes } from './txn.ts';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

beforeEach(() => {
  rpc = new RecordingRPC();
  rpc.answer = { index: 9, body: '{"Results":[],"Errors":null}' };
  send = serve(txnRoutes, rpc);
});

const put = (body: unknown, query = '') =>
  send('PUT', `/v1/txn${query}`, typeof body === 'string' ? body : JSON.stringify(body));
const decode = (text: string): TxnOp[] => decodeTxn(new TextEncoder().encode(text));

describe('which method is called', () => {
  it.each([
    ['no operation', [], 'txn.read'],
    ['an empty one', [{}], 'txn.read'],
    [
      'reads',
      [{ KV: { Verb: 'get', Key: 'a' } }, { Node: { Verb: 'get', Node: { Node: 'n' } } }],
      'txn.read',
    ],
    ['an unknown verb on a key', [{ KV: { Verb: 'SET', Key: 'a' } }], 'txn.read'],
    ['an unknown verb on a node', [{ Node: { Verb: 'frob', Node: { Node: 'n' } } }], 'txn.apply'],
    [
      'one write',
      [{ KV: { Verb: 'get', Key: 'a' } }, { KV: { Verb: 'delete', Key: 'a' } }],
      'txn.apply',
    ],
    ['a service', [{ Service: { Verb: 'cas', Node: 'n', Service: {} } }], 'txn.apply'],
  ])('%s', async (_name, ops, method) => {
    const response = await put(ops);
    expect(response.status).toBe(200);
    expect(rpc.calls.map((call) => call.method)).toEqual([method]);
    expect(response.headers.get('x-consul-knownleader')).toBe(
      method === 'txn.read' ? 'true' : null,
    );
    expect(response.headers.has('x-consul-index')).toBe(false);
  });

  it('a read may choose its consistency, but only one', async () => {
    await put([{ KV: { Verb: 'get', Key: 'a' } }], '?stale');
    expect(rpc.calls).toMatchObject([{ options: { consistency: 'stale' } }]);
    expect((await put([], '?stale&consistent')).status).toBe(400);
  });
});

describe('failures', () => {
  it.each([
    ['of a write', '{"Results":null,"Errors":[{"OpIndex":0,"What":"w"}]}', null],
    ['of a read', '{"Results":null,"Errors":[],"KnownLeader":false}', 'false'],
  ])('%s are 409 with JSON', async (_name, body, leader) => {
    rpc.answer = new RPCError('conflict', body);
    const response = await put([{ KV: { Verb: 'get', Key: 'a' } }]);
    expect(response.status).toBe(409);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('x-consul-knownleader')).toBe(leader);
    expect(await response.text()).toBe(body);
  });

  it('another error stays what it is', async () => {
    rpc.answer = new RPCError('overloaded', 'later');
    const response = await put([]);
    expect([response.status, await response.text()]).toEqual([429, 'later']);
  });

  it.each([
    [
      'too many operations',
      Array.from({ length: 129 }, () => ({})),
      /too many operations \(129 > 128\)/,
    ],
    [
      'a value that is too large',
      [{ KV: { Verb: 'set', Key: 'k', Value: Buffer.alloc(1025).toString('base64') } }],
      /^Value for key "k" is too large \(1025 > 1024 bytes\)$/,
    ],
    ['a body that is too large', ` ${' '.repeat(8192)}[]`, /too large, max size: 8192 bytes/],
  ])('%s: 413', async (_name, body, message) => {
    const response = await put(body);
    expect(response.status).toBe(413);
    expect(await response.text()).toMatch(message);
    expect(rpc.calls).toEqual([]);
  });

  it('a value of exactly the limit passes', async () => {
    const Value = Buffer.alloc(1024).toString('base64');
    expect((await put([{ KV: { Verb: 'set', Key: 'k', Value } }])).status).toBe(200);
  });
});

describe('decoding', () => {
  it('fills in what is absent, and ignores the case of names', () => {
    expect(
      decode('[{"kv":{"verb":"set","KEY":"k","flags":18446744073709551615}},{"Check":{}},null]'),
    ).toEqual([
      { KV: { Verb: 'set', Key: 'k', Flags: '18446744073709551615' } },
      { Check: { Verb: '', Check: {} } },
      {},
    ]);
  });

  it('takes durations of a definition under both names', () => {
    const [op] = decode(
      '[{"Check":{"Verb":"set","Check":{"Definition":{"IntervalDuration":"10s","Timeout":"2s","Unknown":1}}}}]',
    );
    expect(op!.Check!.Check.Definition).toEqual({ Interval: '10s', Timeout: '2s' });
  });

  it.each([
    ['', 'EOF'],
    ['{', ''],
    ['"text"', 'json: cannot unmarshal string'],
    ['{"KV":{}}', 'json: cannot unmarshal object'],
    ['[1]', 'json: cannot unmarshal number'],
    ['[{"KV":"text"}]', 'json: cannot unmarshal string'],
    ['[{"KV":{"Key":5}}]', 'json: cannot unmarshal number'],
    ['[{"KV":{"Flags":-1}}]', 'json: cannot unmarshal number'],
    ['[{"KV":{"Value":"***"}}]', 'illegal base64 data at input byte 0'],
    ['[{"KV":{"Value":"eA="}}]', 'illegal base64 data at input byte'],
    ['[{"KV":{"Bogus":1}}]', 'json: unknown field "Bogus"'],
    ['[{"Session":{}}]', 'json: unknown field "Session"'],
    ['[{"Service":{"Service":{"Foo":1}}}]', 'json: unknown field "Foo"'],
    ['[{"Check":{"Check":{"Definition":{"Timeout":"bad"}}}}]', 'time: invalid duration "bad"'],
  ])('%s is refused', (text, message) => {
    expect(() => decode(text)).toThrow(`Failed to parse body: ${message}`);
  });

  it('whatever comes is decoded or refused, never worse', () => {
    const names = ['KV', 'Node', 'Service', 'Check', 'Verb', 'Key', 'Value', 'Definition', 'Proxy'];
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.array(json, { maxLength: 4 }), (ops) => {
        try {
          for (const op of decode(JSON.stringify(ops))) {
            if (op.KV !== undefined) expect(typeof op.KV.Key).toBe('string');
          }
        } catch (error) {
          if (!(error instanceof HTTPError)) throw error;
          expect(error.status).toBe(400);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
