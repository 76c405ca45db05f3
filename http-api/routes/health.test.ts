import { beforeEach, describe, expect, it } from 'vitest';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { healthRoutes } from './health.ts';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

const entry = (ID: string, ...statuses: string[]) => ({
  Node: { Node: 'n' },
  Service: { ID, Service: 'web' },
  Checks: statuses.map((Status) => ({ Status })),
});
const ENTRIES = [
  entry('none'),
  entry('good', 'passing', 'passing'),
  entry('odd', 'passing', 'warning'),
  entry('bad', 'critical'),
];

beforeEach(() => {
  rpc = new RecordingRPC();
  rpc.answer = { index: 7, body: JSON.stringify(ENTRIES) };
  send = serve(healthRoutes, rpc);
});

const get = (path: string) => send('GET', `/v1/health/${path}`);
const ids = async (path: string) =>
  ((await (await get(path)).json()) as typeof ENTRIES).map((row) => row.Service.ID);

describe('passing', () => {
  it.each([
    ['?passing', ['none', 'good']],
    ['?passing=1', ['none', 'good']],
    ['?passing=TRUE', ['none', 'good']],
    ['?passing=false', ['none', 'good', 'odd', 'bad']],
    ['?passing=0', ['none', 'good', 'odd', 'bad']],
    ['', ['none', 'good', 'odd', 'bad']],
    ['?passing&filter=Service.ID == good', ['good']],
    ['?filter=Checks.Status == warning', ['odd']],
  ])('%s keeps %j', async (query, kept) => {
    expect(await ids(`service/web${query.replaceAll(' ', '%20')}`)).toEqual(kept);
  });

  it.each(['yes', '2', 'tRUE'])('=%s is 400', async (value) => {
    const response = await get(`connect/web?passing=${value}`);
    expect([response.status, await response.text()]).toEqual([400, 'Invalid value for ?passing']);
  });
});

describe('why', () => {
  it('answers what the datacenter found', async () => {
    const why = { Service: 'web', Instances: [], LastRemoved: [] };
    rpc.answer = { index: 7, body: JSON.stringify(why) };
    const response = await get('why/web');
    expect(await response.json()).toEqual(why);
    expect(response.headers.get('X-Consul-Index')).toBe('7');
    expect(rpc.calls).toMatchObject([{ method: 'health.why', args: { service: 'web' } }]);
  });

  it('needs a name', async () => {
    const response = await get('why/');
    expect([response.status, await response.text()]).toEqual([400, 'Missing service name']);
  });
});

describe('arguments', () => {
  it.each<[string, string, unknown]>([
    [
      'service/web?tag=a&tag=b&node-meta=z:1',
      'health.service',
      { service: 'web', tags: ['a', 'b'], nodeMeta: { z: '1' } },
    ],
    ['connect/web', 'health.service', { service: 'web', connect: true }],
    ['ingress/web', 'health.service', { service: 'web', ingress: true }],
    ['checks/web?near=n', 'health.checks', { service: 'web', near: 'n' }],
    ['checks/web?near=_agent', 'health.checks', { service: 'web', near: 'n1' }],
    ['node/n', 'health.node', { node: 'n' }],
    ['state/critical?node-meta=z:1', 'health.state', { state: 'critical', nodeMeta: { z: '1' } }],
  ])('of %s', async (path, method, args) => {
    expect((await get(path)).status).toBe(200);
    expect(rpc.calls).toEqual([expect.objectContaining({ method, args })]);
  });

  it.each([
    ['service/', 'Missing service name'],
    ['checks/', 'Missing service name'],
    ['node/', 'Missing node name'],
    ['state/', 'Missing check state'],
  ])('missing in %s: 400', async (path, text) => {
    const response = await get(path);
    expect([response.status, await response.text()]).toEqual([400, text]);
  });
});

describe('headers', () => {
  it.each([
    ['service/web', 'true'],
    ['service/web?index=5', 'false'],
    ['service/web?index=0', 'true'],
    ['connect/web?index=5', 'false'],
    ['ingress/web?index=5', 'true'],
    ['state/any?index=5', 'true'],
  ])('%s says that there is a leader: %s', async (path, known) => {
    expect((await get(path)).headers.get('x-consul-knownleader')).toBe(known);
  });

  it.each([
    ['service/web?filter=Nope==1&index=5', ''],
    ['connect/web?filter=Nope==1&cached', ''],
    ['ingress/web?filter=Nope==1&cached', 'Failed to create boolean expression evaluator: '],
    ['service/web?filter=Nope==1', 'Failed to create boolean expression evaluator: '],
  ])('%s: a bad filter is told of with the prefix %j', async (path, prefix) => {
    const response = await get(path);
    expect([response.status, await response.text()]).toEqual([
      500,
      `${prefix}Selector "Nope" is not valid`,
    ]);
  });

  it('of a query stand on errors, but not on those that Consul streams', async () => {
    const index = async (path: string) =>
      (await get(`${path}?filter=Nope==1`)).headers.get('x-consul-index');
    expect([await index('state/any'), await index('node/n'), await index('service/web')]).toEqual([
      '1',
      '1',
      null,
    ]);
  });
});
