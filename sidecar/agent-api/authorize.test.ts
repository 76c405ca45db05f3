import { beforeEach, describe, expect, it } from 'vitest';
import { RecordingRPC, serve } from '../../http-api/testing/recording-rpc.ts';
import type { IntentionAction } from '../../protocol/types/intention.ts';
import type { AgentAPIDeps } from './deps.ts';
import { authorizeRoute } from './authorize.ts';

let rpc: RecordingRPC;

const intention = (SourceName: string, rest: object) => ({
  SourceNS: 'default',
  SourceName,
  DestinationNS: 'default',
  DestinationName: 'db',
  Precedence: SourceName === '*' ? 8 : 9,
  ...rest,
});

beforeEach(() => {
  rpc = new RecordingRPC();
  const intentions = [
    intention('web', { Action: 'allow' }),
    intention('old', { ID: 'an-id', Action: 'allow' }),
    intention('l7', { Permissions: [{ Action: 'allow' }] }),
    intention('east', { SourcePeer: 'east', Action: 'allow' }),
    intention('*', { Action: 'deny' }),
  ];
  rpc.answer = { index: 3, body: JSON.stringify([intentions]), cache: 'HIT' };
});

const uriOf = (service: string, namespace = 'default') =>
  `spiffe://x.consul/ns/${namespace}/dc/dc1/svc/${service}`;

function authorize(body: object, intentionDefault: IntentionAction = 'allow') {
  const rights = { require: async () => {} };
  const handler = authorizeRoute({
    agent: { intentionDefault },
    rights,
  } as unknown as AgentAPIDeps);
  const send = serve([{ path: '/authorize', methods: { POST: handler } }], rpc);
  return send('POST', '/authorize', JSON.stringify(body));
}

describe('/v1/agent/connect/authorize', () => {
  it.each([
    ['web', true, 'Matched L4 intention: default/web => default/db (Precedence: 9, Action: ALLOW)'],
    ['api', false, 'Matched L4 intention: default/* => default/db (Precedence: 8, Action: DENY)'],
    [
      'old',
      true,
      'Matched L4 intention: default/old => default/db (ID: an-id, Precedence: 9, Action: ALLOW)',
    ],
    ['l7', false, 'Matched L7 intention: default/l7 => default/db (Precedence: 9, Permissions: 1)'],
    // The certificate of a service of this datacenter is no peer's.
    ['east', false, 'Matched L4 intention: default/* => default/db (Precedence: 8, Action: DENY)'],
  ])('%s: %s', async (service, Authorized, Reason) => {
    const response = await authorize({ Target: 'db', ClientCertURI: uriOf(service) });
    expect(await response.json()).toEqual({ Authorized, Reason });
    expect(response.headers.get('x-cache')).toBe('HIT');
    expect(rpc.calls).toMatchObject([{ options: { cached: true }, args: { names: ['db'] } }]);
  });

  it.each(['allow', 'deny'] as const)('without an intention the default: %s', async (byDefault) => {
    const body = { Target: 'db', ClientCertURI: uriOf('web', 'other') };
    expect(await (await authorize(body, byDefault)).json()).toEqual({
      Authorized: byDefault === 'allow',
      Reason: 'Default behavior configured by ACLs',
    });
  });

  it.each([
    [{ ClientCertURI: uriOf('web') }, 'Target service must be specified'],
    [{ Target: 'db', ClientCertURI: 'web' }, 'ClientCertURI not a valid Connect identifier'],
    [
      { Target: 'db', ClientCertURI: 'spiffe://x/gateway/mesh/dc/dc1' },
      'ClientCertURI not a valid Service identifier',
    ],
    [
      { Target: 'db', ClientCertURI: 'spiffe://x/ap/p/ns/default/dc/dc1/svc/web' },
      'Mismatched partitions: "p" != "default"',
    ],
    [{ Target: 'db', Nope: 1 }, 'Request decode failed: json: unknown field "Nope"'],
  ])('%j is refused', async (body, message) => {
    const response = await authorize(body);
    expect([response.status, await response.text()]).toEqual([400, message]);
  });
});
