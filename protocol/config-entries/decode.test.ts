import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryDecodeError, decodeEntry } from './decode.ts';
import { KINDS, type KindName } from './kinds.ts';
import { renderEntry } from './render.ts';

const decode = (raw: unknown): unknown => {
  const { Kind: _kind, ...entry } = decodeEntry(raw) as unknown as Record<string, unknown>;
  return entry;
};
const defaults = (rest: object): unknown => decode({ Kind: 'service-defaults', ...rest });

describe('what means the same', () => {
  it.each([
    ['snake_case', { mesh_gateway: { mode: 'local' } }, { MeshGateway: { Mode: 'local' } }],
    ['any case', { meshgateway: { MODE: 'local' } }, { MeshGateway: { Mode: 'local' } }],
    ['digits in a name', perc('enforcing_consecutive_5xx', 5), perc('EnforcingConsecutive5xx', 5)],
    ['acronyms', { external_sni: 'a' }, { ExternalSNI: 'a' }],
    ['the declared name goes first', { external_sni: 'a', ExternalSNI: 'b' }, { ExternalSNI: 'b' }],
    [
      'a block as a list of one',
      { MeshGateway: [{ Mode: 'local' }] },
      { MeshGateway: { Mode: 'local' } },
    ],
    ['a lone item', { Destination: { Addresses: 'a' } }, { Destination: { Addresses: ['a'] } }],
    ['blocks of one name', { Meta: [{ a: '1' }, { b: '2' }] }, { Meta: { a: '1', b: '2' } }],
    ['texts for numbers', { MaxInboundConnections: '0x10' }, { MaxInboundConnections: 16 }],
    ['fractions for whole numbers', { MaxInboundConnections: 1.9 }, { MaxInboundConnections: 1 }],
    ['numbers for texts', { Meta: { a: 1, b: true } }, { Meta: { a: '1', b: '1' } }],
    ['words for booleans', { Expose: { Checks: 'true' } }, { Expose: { Checks: true } }],
    ['null for nothing', { Protocol: null, Meta: null }, {}],
    ['what stands beside an entry', { Hash: 3, CreateIndex: 4, ModifyIndex: 5 }, {}],
  ])('%s', (_name, given, expected) => {
    expect(defaults(given)).toEqual(expected);
  });

  function perc(name: string, value: number): object {
    return { UpstreamConfig: { Defaults: { PassiveHealthCheck: { [name]: value } } } };
  }

  it('opaque lists of one are what is in them, in a map below only where that was such a list', () => {
    const Config = {
      one: [1],
      two: [1, 2],
      none: [],
      map: { kept: [1] },
      block: [{ x: [1], deep: [{ y: [[2]] }] }],
      lists: [[1]],
    };
    expect(decode({ Kind: 'proxy-defaults', Config })).toMatchObject({
      Config: {
        one: 1,
        two: [1, 2],
        none: [],
        map: { kept: [1] },
        block: { x: 1, deep: { y: [2] } },
        lists: [1],
      },
    });
  });

  it('durations are nanoseconds, written as a text or a number', () => {
    const raw = { Kind: 'service-resolver', ConnectTimeout: '1.5s', RequestTimeout: 7 };
    expect(decode(raw)).toEqual({ ConnectTimeout: 1_500_000_000, RequestTimeout: 7 });
  });

  it('weights have the precision of a 32-bit float', () => {
    const entry = decodeEntry({ Kind: 'service-splitter', Splits: [{ Weight: 90.1 }] });
    expect(renderEntry(entry, 'server')).toContain('"Weight":90.1}');
  });

  it('bytes are base64 in answers', () => {
    const trusted = (InlineBytes: string): object => ({
      JSONWebKeySet: {
        Remote: { JWKSCluster: { TLSCertificates: { TrustedCA: { InlineBytes } } } },
      },
    });
    for (const text of ['', 'a', 'ab', 'abc', 'é€']) {
      const expected = trusted(Buffer.from(text).toString('base64'));
      expect(decode({ Kind: 'jwt-provider', ...trusted(text) })).toEqual(expected);
    }
  });
});

describe('what is refused', () => {
  const NO_KIND = 'Payload does not contain a kind/Kind key at the top level';
  it.each([
    ['nothing', null, NO_KIND],
    ['no kind', { Name: 'a' }, NO_KIND],
    ['a misspelt kind', { KIND: 'mesh' }, NO_KIND],
    ['an unknown kind', { Kind: 'service-wishes' }, 'invalid config entry kind: service-wishes'],
    ['a name of every object', { Kind: 'constructor' }, 'invalid config entry kind: constructor'],
    ['a kind that is no text', { Kind: 5 }, 'Kind value in payload is not a string'],
    ['a list', [], "'' expected a map, got 'slice'"],
    ['a text', 'x', "'' expected a map, got 'string'"],
    [
      'unknown fields',
      { Kind: 'service-defaults', Colour: 'red', UpstreamConfig: { Defaults: { Foo: 1 } } },
      '2 errors occurred:\n\t* invalid config key "Colour"\n\t* invalid config key "UpstreamConfig.Defaults.Foo"\n\n',
    ],
    [
      'a tenant',
      { Kind: 'service-defaults', Namespace: 'a' },
      'invalid config key "Namespace", namespaces are a consul enterprise feature',
    ],
    [
      'wrong types',
      { Kind: 'service-defaults', Protocol: { a: 1 }, MaxInboundConnections: 'many' },
      "2 error(s) decoding:\n\n* 'Protocol' expected type 'string', got unconvertible type 'map[string]interface {}', " +
        "value: 'map[a:1]'\n* cannot parse 'MaxInboundConnections' as int: strconv.ParseInt: parsing \"many\": invalid syntax",
    ],
    [
      'a list for a structure',
      { Kind: 'service-defaults', MeshGateway: [] },
      "'MeshGateway' expected a map, got 'slice'",
    ],
    [
      'no duration',
      { Kind: 'service-resolver', ConnectTimeout: 'soon' },
      'error decoding \'ConnectTimeout\': time: invalid duration "soon"',
    ],
    ['a name where the kind has none', { Kind: 'mesh', Name: 'a' }, 'invalid config key "Name"'],
  ])('%s', (_name, raw, message) => {
    expect(() => decodeEntry(raw)).toThrow(EntryDecodeError);
    expect(() => decodeEntry(raw)).toThrow(message);
  });
});

const hostile = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...Object.values(KINDS).flatMap((kind) => Object.keys(kind.fields)),
        '__proto__',
        'HTTP',
        'Services',
      ),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
})).value;

it('whatever comes is decoded or refused, and what is decoded is read back as it was', () => {
  const kinds = Object.keys(KINDS) as KindName[];
  fc.assert(
    fc.property(fc.constantFrom(...kinds), hostile, (Kind, rest) => {
      const raw = { ...(rest as object), Kind };
      let entry;
      try {
        entry = decodeEntry(JSON.parse(JSON.stringify(raw)));
      } catch (error) {
        if (!(error instanceof EntryDecodeError)) throw error;
        return;
      }
      const json = renderEntry(entry, 'server');
      expect(renderEntry(decodeEntry(JSON.parse(json)), 'server')).toBe(json);
    }),
    { numRuns: 2000 },
  );
});

describe('renderings', () => {
  const LIMITS = { UpstreamConfig: { Defaults: { Limits: { MaxConnections: 0 } } } };
  it.each([
    [
      'server',
      '"UpstreamConfig":{"Defaults":{"Peer":"","Limits":{"MaxConnections":0},"MeshGateway":{}}}',
    ],
    [
      'client',
      '"UpstreamConfig":{"Defaults":{"Limits":{"MaxConnections":0,"MaxPendingRequests":null,"MaxConcurrentRequests":null},"MeshGateway":{}}}',
    ],
  ] as const)('the %s leaves out what its structures leave out', (audience, expected) => {
    const entry = decodeEntry({ Kind: 'service-defaults', Name: 'a', ...LIMITS });
    expect(renderEntry(entry, audience)).toContain(expected);
    expect(renderEntry(entry, audience).includes('"Protocol":""')).toBe(audience === 'server');
  });

  it('an empty list is not an absent one', () => {
    const render = (Routes?: unknown[]): string =>
      renderEntry(decodeEntry({ Kind: 'service-router', Routes }), 'server');
    expect(render([])).toContain('"Routes":[]');
    expect(render()).toContain('"Routes":null');
  });
});
