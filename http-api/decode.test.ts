import { describe, expect, it } from 'vitest';
import { type Field, decodeBody } from './decode.ts';
import { SERVICE_FIELDS } from './fields/definitions.ts';
import { PROXY } from './fields/service-parts.ts';
import { DEREGISTER_BODY, REGISTER_BODY } from './routes/catalog-fields.ts';
import { TXN_OP } from './routes/txn-fields.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a null in a list or map', () => {
  it.each([
    ['string', ['a', '']],
    ['duration', ['a', '']],
    ['any', ['a', undefined]],
  ] as const)('of %s is what Go leaves there', (list, value) => {
    expect(decodeBody(bytes('["a",null]'), { list })).toEqual(value);
  });

  it.each([
    ['int', 0],
    ['uint64', 0],
    ['float', 0],
    ['bool', false],
  ] as const)('of %s is its zero', (list, zero) => {
    expect(decodeBody(bytes('[null]'), { list })).toEqual([zero]);
  });

  it('of a map is its zero, or null where anything may stand', () => {
    expect(decodeBody(bytes('{"a":null}'), { map: 'string' })).toEqual({ a: '' });
    expect(decodeBody(bytes('{"a":null}'), { map: 'any' })).toEqual({ a: null });
  });

  it('of structs stays absent', () => {
    const struct = { struct: 'S', fields: { A: 'string' } } as const;
    expect(decodeBody(bytes('[null,{"a":"x"}]'), { list: struct })).toEqual([
      undefined,
      { A: 'x' },
    ]);
  });
});

/** Answers of Consul 1.21, without their prefix. */
const MISMATCHES: readonly (readonly [Field, string, string])[] = [
  [
    REGISTER_BODY,
    '{"Service":{"Port":1.5}}',
    'number 1.5 into Go struct field NodeService.Service.Port of type int',
  ],
  [
    REGISTER_BODY,
    '{"Service":{"Port":99999999999999999999}}',
    'number 99999999999999999999 into Go struct field NodeService.Service.Port of type int',
  ],
  [
    REGISTER_BODY,
    '{"Service":{"Weights":{"Passing":"x"}}}',
    'string into Go struct field Weights.Service.Weights.Passing of type int',
  ],
  [
    REGISTER_BODY,
    '{"Service":{"TaggedAddresses":5}}',
    'number into Go struct field NodeService.Service.TaggedAddresses of type map[string]structs.ServiceAddress',
  ],
  [
    REGISTER_BODY,
    '{"Service":{"Proxy":{"Upstreams":[{"LocalBindPort":"x"}]}}}',
    'string into Go struct field NodeService.Service.Proxy.Alias.Upstreams.Alias.LocalBindPort of type int',
  ],
  [
    REGISTER_BODY,
    '{"Service":{"Proxy":{"Upstreams":[{"local_bind_port":"x"}]}}}',
    'string into Go struct field NodeService.Service.Proxy.Alias.Upstreams.local_bind_port of type int',
  ],
  [
    REGISTER_BODY,
    '{"Checks":5}',
    'number into Go struct field RegisterRequest.Checks of type structs.HealthChecks',
  ],
  [DEREGISTER_BODY, '[]', 'array into Go value of type struct { Address string; *structs.Alias }'],
  [DEREGISTER_BODY, '{"Node":5}', 'number into Go struct field .Alias.Node of type string'],
  [
    SERVICE_FIELDS,
    '{"Locality":{"Region":5}}',
    'number into Go struct field Locality.Alias.Locality.Region of type string',
  ],
  [
    SERVICE_FIELDS,
    '{"connect":{"sidecar_service":{"port":"x"}}}',
    'string into Go struct field .Alias.Connect.sidecar_service.Alias.Port of type int',
  ],
  [
    SERVICE_FIELDS,
    '{"Proxy":{"Expose":{"Paths":[5]}}}',
    'number into Go struct field .Alias.Proxy.Alias.Expose.Paths of type struct { ListenerPortSnake int "json:\\"listener_port\\""; LocalPathPortSnake int "json:\\"local_path_port\\""; ParsedFromCheckSnake bool "json:\\"parsed_from_check\\""; *structs.Alias }',
  ],
  [{ list: TXN_OP, type: 'api.TxnOps' }, '{}', 'object into Go value of type api.TxnOps'],
  [
    { list: TXN_OP },
    '[{"KV":{"Flags":-1}}]',
    'number -1 into Go struct field KVTxnOp.KV.Flags of type uint64',
  ],
];

describe('a field of the wrong type', () => {
  it.each(MISMATCHES)('%# is named as Go names it', (field, text, fault) => {
    expect(() => decodeBody(bytes(text), field)).toThrow(
      `Request decode failed: json: cannot unmarshal ${fault}`,
    );
  });

  it('is a fault of the text first', () => {
    expect(() => decodeBody(bytes('{"Node":5,'), REGISTER_BODY)).toThrow(
      'Request decode failed: unexpected EOF',
    );
  });
});

describe('second spellings', () => {
  it.each([
    [{ mesh_gateway: { Mode: 'local' } }, { MeshGateway: { Mode: 'local' } }],
    [{ local_bind_port: 1, LocalBindPort: 2 }, { LocalBindPort: 2 }],
    [{ LocalBindPort: 2, local_bind_port: 1 }, { LocalBindPort: 2 }],
    [{ LocalBindPort: 0, local_bind_port: 1 }, { LocalBindPort: 1 }],
    [{ local_bind_port: 1, LocalBindPort: 0 }, { LocalBindPort: 1 }],
    [{ Local_Bind_Port: 1 }, { LocalBindPort: 1 }],
    [{ Config: { mesh_gateway: 1 } }, { Config: { mesh_gateway: 1 } }],
  ])('%j of an upstream is %j', (given, meant) => {
    const body = bytes(JSON.stringify({ Upstreams: [given] }));
    expect(decodeBody(body, PROXY)).toEqual({ Upstreams: [meant] });
  });

  it('are those of fields alone: names that the user chooses stay', () => {
    const body = bytes(
      '{"Name":"x","TaggedAddresses":{"args":{"Port":1}},"Meta":{"service_id":"y"}}',
    );
    expect(decodeBody(body, SERVICE_FIELDS)).toEqual({
      Name: 'x',
      TaggedAddresses: { args: { Port: 1 } },
      Meta: { service_id: 'y' },
    });
  });
});
