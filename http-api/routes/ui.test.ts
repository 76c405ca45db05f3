import { describe, expect, it } from 'vitest';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { uiRoutes } from './ui.ts';

const check = (CheckID: string, Status: string, ServiceID = '') => ({
  CheckID,
  Name: CheckID,
  Status,
  ServiceID,
});
const instance = (Node: string, Service: object, ...Checks: object[]) => ({
  Node: { Node, Datacenter: 'dc1' },
  Service: { Tags: [], Meta: null, Connect: {}, ...Service },
  Checks,
});
const link = (gateway: string, service: string, more: object = {}) => ({
  Gateway: { Name: gateway },
  Service: { Name: service },
  ...more,
});

const NODE_CHECK = check('node', 'passing');
const DUMP = {
  Nodes: [
    instance(
      'u1',
      { Service: 'web', ID: 'a', Tags: ['v2'] },
      NODE_CHECK,
      check('a', 'warning', 'a'),
    ),
    instance(
      'u1',
      { Service: 'web', ID: 'b', Tags: ['v1', 'v2'], Meta: { 'external-source': 'nomad' } },
      NODE_CHECK,
    ),
    instance(
      'u2',
      {
        Service: 'web-proxy',
        ID: 'p',
        Kind: 'connect-proxy',
        Proxy: { DestinationServiceName: 'web', Mode: 'transparent' },
      },
      check('p', 'critical', 'p'),
    ),
    instance('u2', { Service: 'gw', ID: 'gw', Kind: 'terminating-gateway' }),
  ],
  Gateways: [link('gw', 'web'), link('gw', 'ghost'), link('gone', 'gw')],
};

async function ask(path: string, answer: unknown) {
  const rpc = new RecordingRPC();
  rpc.answer = { index: 7, body: JSON.stringify(answer) };
  const response = await serve(uiRoutes, rpc)('GET', `/v1/internal/ui/${path}`);
  const text = await response.text();
  return { status: response.status, index: response.headers.get('x-consul-index'), text, rpc };
}

describe('services', () => {
  it('counts a check of a node once, and those of proxies with their service', async () => {
    const { text, index } = await ask('services', DUMP);
    const [gw, web, proxy] = JSON.parse(text);
    expect(index).toBe('7');
    expect(web).toEqual({
      Name: 'web',
      Datacenter: 'dc1',
      Tags: ['v1', 'v2'],
      Nodes: ['u1'],
      ExternalSources: ['nomad'],
      InstanceCount: 2,
      ChecksPassing: 1,
      ChecksWarning: 1,
      ChecksCritical: 1,
      GatewayConfig: {},
      TransparentProxy: true,
      ConnectNative: false,
      ConnectedWithProxy: true,
      ConnectedWithGateway: true,
    });
    expect(gw).toMatchObject({
      Name: 'gw',
      GatewayConfig: { AssociatedServiceCount: 2 },
      Tags: null,
    });
    expect(gw.ConnectedWithGateway).toBe(false);
    expect(proxy).toMatchObject({ Kind: 'connect-proxy', ConnectedWithProxy: false });
  });

  it('lists what only a proxy stands for', async () => {
    const proxy = {
      Service: 'p',
      Kind: 'connect-proxy',
      Proxy: { DestinationServiceName: 'ghost' },
    };
    const { text } = await ask('services', {
      Nodes: [instance('u1', proxy), instance('u1', { Service: 'in' })],
      Gateways: [link('in', 'ghost', { GatewayKind: 'ingress-gateway' })],
    });
    expect(JSON.parse(text)).toMatchObject([
      { Name: 'ghost', InstanceCount: 0, ConnectedWithProxy: true, ConnectedWithGateway: false },
      { Name: 'in' },
      { Name: 'p', InstanceCount: 1 },
    ]);
  });

  it('a filter leaves out instances, and with a gateway what stands behind it', async () => {
    const { text } = await ask('services?filter=Service.Service==web', DUMP);
    expect(JSON.parse(text)).toMatchObject([{ Name: 'web', ConnectedWithGateway: false }]);
  });
});

describe('behind a gateway', () => {
  it('stands every service that is linked, with the names that an ingress gateway gives it', async () => {
    const listener = { GatewayKind: 'ingress-gateway', Port: 8080 };
    const { text } = await ask('gateway-services-nodes/in', {
      Nodes: [instance('u1', { Service: 'web' })],
      Gateways: [
        link('in', 'web', listener),
        link('in', 'web', { ...listener, Hosts: ['a.example', 'b:1'] }),
        link('in', 'ghost', listener),
      ],
    });
    expect(JSON.parse(text)).toMatchObject([
      {
        Name: 'ghost',
        InstanceCount: 0,
        Datacenter: '',
        Nodes: null,
        GatewayConfig: { Addresses: ['ghost.ingress.dc1.consul:8080'] },
      },
      {
        Name: 'web',
        InstanceCount: 1,
        GatewayConfig: { Addresses: ['web.ingress.dc1.consul:8080', 'a.example:8080', 'b:1'] },
      },
    ]);
  });
});

describe('nodes', () => {
  const node = (Node: string, Services: object[], ...Checks: object[]) => ({
    ID: '',
    Node,
    Address: '',
    TaggedAddresses: null,
    Meta: null,
    Services,
    Checks,
  });
  const NODES = [
    node(
      'u1',
      [
        { ID: 'a', Service: 'web' },
        { ID: 'b', Service: 'web' },
      ],
      check('node', 'warning'),
      check('a', 'critical', 'a'),
    ),
    node('u2', []),
  ];

  it('are filtered, one is found, none is 404', async () => {
    expect(JSON.parse((await ask('nodes?filter=Node==u2', NODES)).text)).toEqual([NODES[1]]);
    const one = await ask('node/u2', [NODES[1]]);
    expect(JSON.parse(one.text)).toEqual(NODES[1]);
    expect(one.rpc.calls).toMatchObject([{ args: { node: 'u2' } }]);
    expect(await ask('node/absent', [])).toMatchObject({ status: 404, text: '', index: '7' });
  });

  it('the overview takes the worst check of each node and each instance', async () => {
    expect(JSON.parse((await ask('catalog-overview', NODES)).text)).toEqual({
      Nodes: [{ Total: 2, Passing: 1, Warning: 1, Critical: 0 }],
      Services: [{ Name: 'web', Total: 2, Passing: 1, Warning: 0, Critical: 1 }],
      Checks: [
        { Name: 'a', Total: 1, Passing: 0, Warning: 0, Critical: 1 },
        { Name: 'node', Total: 1, Passing: 0, Warning: 1, Critical: 0 },
      ],
    });
  });
});

it.each([
  ['node/', 400, 'Missing node name'],
  ['gateway-services-nodes/', 400, 'Missing gateway name'],
  ['nodes?index=x', 400, 'Invalid index'],
  [
    'services?filter=Nope==1',
    500,
    'Failed to create boolean expression evaluator: Selector "Nope" is not valid',
  ],
  ['exported-services', 500, 'must provide PeerName'],
  ['metrics-proxy/x', 404, 'UI is not enabled'],
])('%s: %i', async (path, status, text) => {
  expect(await ask(path, [])).toMatchObject({ status, text });
});

it('exported services are those of one peer', async () => {
  const exported = [
    { Service: 'web', Consumers: { Peers: ['p', 'q'] } },
    { Service: 'db', Consumers: { Peers: ['q'] } },
  ];
  expect(JSON.parse((await ask('exported-services?peer=p', exported)).text)).toEqual([
    { Name: 'web' },
  ]);
});
