/** A real Consul server and agents of ours in one LAN pool: it takes ours for clients and servers of its own kind. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import {
  parseUserEventName,
  renderUserEventName,
} from '../../../sidecar/gossip/serf/consul/event-names.ts';
import { clientTags, serverTags } from '../../../sidecar/gossip/serf/consul/member-tags.ts';
import { lanMergeRule, wanMergeRule } from '../../../sidecar/gossip/serf/consul/merge-rules.ts';
import { CONSUL_SERF_CONFIG } from '../../../sidecar/gossip/serf/consul/pool-defaults.ts';
import { serverInfo } from '../../../sidecar/gossip/serf/consul/server-info.ts';
import {
  decodeUserEventPayload,
  encodeUserEventPayload,
} from '../../../sidecar/gossip/serf/consul/user-event-payload.ts';
import { renderWANName } from '../../../sidecar/gossip/serf/consul/wan-name.ts';
import { LAN_PROFILE, WAN_PROFILE } from '../../../sidecar/gossip/swim/config.ts';
import { eventually } from './eventually.ts';
import { OurSerf } from './our-serf.ts';
import { RealConsul } from './real-consul.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 8).toString('base64');
const build = '1.21.0:test';
const ALIVE = 1;
const LEFT = 3;

let consul: RealConsul;
const started: OurSerf[] = [];

async function client(name: string, datacenter = 'dc1', nodeID: string = randomUUID()) {
  const member = await OurSerf.start({
    name,
    keys: [KEY],
    profile: LAN_PROFILE,
    serf: CONSUL_SERF_CONFIG,
    tags: clientTags({ datacenter, nodeID, build }),
    merge: lanMergeRule({ datacenter, nodeID, nodeName: name }),
  });
  started.push(member);
  return member;
}

let ours: OurSerf;
beforeAll(async () => {
  consul = await RealConsul.start({ name: 'real', server: true, encrypt: KEY });
  ours = await client('ours');
  expect(await ours.pool.join([consul.lan])).toMatchObject({ contacted: 1 });
});
afterAll(async () => {
  await Promise.all([consul?.stop(), ...started.map(({ pool }) => pool.stop())]);
});

it('each lists the other', async () => {
  await eventually(async () => {
    const members = await consul.members();
    expect(members.find(({ Name }) => Name === 'ours')).toMatchObject({
      Status: ALIVE,
      Tags: { role: 'node', dc: 'dc1', build },
    });
  });
  const real = ours.pool.member('real');
  expect(real).toMatchObject({ status: 'alive', versions: { delegateCurrent: 4 } });
  expect(serverInfo(real!)).toMatchObject({ datacenter: 'dc1', shortName: 'real' });
});

it('its leader registers our node as healthy', async () => {
  await eventually(async () => {
    const checks = await consul.get<{ Status: string }[]>('/v1/health/node/ours');
    expect(checks).toMatchObject([{ CheckID: 'serfHealth', Status: 'passing' }]);
  });
});

it('user events go both ways', async () => {
  await eventually(async () => {
    await consul.put('/v1/event/fire/deploy?node=o.*', 'v1');
    const payloads = ours.events.flatMap((event) =>
      event.kind === 'user' && parseUserEventName(event.name) === 'deploy'
        ? [decodeUserEventPayload(event.payload)]
        : [],
    );
    expect(payloads[0]).toMatchObject({ name: 'deploy', nodeFilter: 'o.*', version: 1 });
    expect(Buffer.from(payloads[0]?.payload ?? []).toString()).toBe('v1');
  });
  const payload = encodeUserEventPayload({
    id: randomUUID(),
    name: 'restart',
    payload: Buffer.from('now'),
    nodeFilter: '',
    serviceFilter: '',
    tagFilter: '',
    version: 1,
  });
  ours.pool.userEvent(renderUserEventName('restart'), payload, false);
  await eventually(async () => {
    const events = await consul.get<{ Name: string; Payload: string }[]>('/v1/event/list');
    expect(events.filter(({ Name }) => Name === 'restart')).toMatchObject([
      { Payload: Buffer.from('now').toString('base64') },
    ]);
  });
});

it('its operator rotates our keys', async () => {
  await eventually(() => consul.post('/v1/operator/keyring', { Key: OTHER_KEY }));
  expect(ours.keyring.keys()).toHaveLength(2);
  const lists = await eventually(async () => {
    const found =
      await consul.get<{ WAN: boolean; NumNodes: number; Keys: object }[]>('/v1/operator/keyring');
    expect(found.find(({ WAN }) => !WAN)?.Keys).toEqual({ [KEY]: 2, [OTHER_KEY]: 2 });
    return found;
  });
  expect(lists.find(({ WAN }) => !WAN)?.NumNodes).toBe(2);
  await eventually(() => consul.put('/v1/operator/keyring', JSON.stringify({ Key: OTHER_KEY })));
  expect(Buffer.from(ours.keyring.primary() ?? []).toString('base64')).toBe(OTHER_KEY);
});

it('other datacenters stay out', async () => {
  const foreign = await client('foreign', 'dc2');
  expect(await foreign.pool.join([consul.lan])).toMatchObject({ contacted: 0 });
  const names = (await consul.members()).map(({ Name }) => Name);
  expect(names.toSorted()).toEqual(['ours', 'real']);
});

it('a node whose ID is taken is refused by both who have it', async () => {
  const twin = await client('twin', 'dc1', ours.pool.localMember().tags.id);
  twin.keyring.install(new Uint8Array(Buffer.from(OTHER_KEY, 'base64')));
  const { contacted, errors } = await twin.pool.join([consul.lan]);
  expect(contacted).toBe(0);
  expect(String(errors[0])).toContain('conflicting node ID');
  await twin.pool.leave();
  expect(ours.statuses()).toEqual(['ours alive', 'real alive']);
});

it('sees ours leave', async () => {
  await ours.pool.leave();
  await eventually(async () => {
    const members = await consul.members();
    expect(members.find(({ Name }) => Name === 'ours')).toMatchObject({ Status: LEFT });
  });
});

it('takes a server of ours for another datacenter, on the WAN', async () => {
  const datacenter = 'dc2';
  const server = await OurSerf.start({
    name: renderWANName('ours', datacenter),
    keys: [KEY],
    // Quicker than between real datacenters.
    profile: { ...WAN_PROFILE, gossipIntervalMs: 200 },
    serf: CONSUL_SERF_CONFIG,
    tags: serverTags({ datacenter, nodeID: randomUUID(), build, port: 8300 }),
    merge: wanMergeRule(),
  });
  started.push(server);
  server.keyring.install(new Uint8Array(Buffer.from(OTHER_KEY, 'base64')));
  expect(await server.pool.join([consul.wan])).toMatchObject({ contacted: 1 });
  await eventually(async () => {
    expect(await consul.get('/v1/catalog/datacenters')).toEqual(['dc1', 'dc2']);
    const names = (await consul.members(true)).map(({ Name }) => Name);
    expect(names.toSorted()).toEqual(['ours.dc2', 'real.dc1']);
  });
  expect(serverInfo(server.pool.member('real.dc1')!)).toMatchObject({ shortName: 'real' });
});

it('a client of theirs joins a server of ours, and knows it for one', async () => {
  const server = await OurSerf.start({
    name: 'our-server',
    keys: [KEY],
    profile: LAN_PROFILE,
    serf: CONSUL_SERF_CONFIG,
    tags: serverTags({ datacenter: 'dc1', nodeID: randomUUID(), build, port: 8300 }),
  });
  started.push(server);
  const theirs = await RealConsul.start({
    name: 'their-client',
    server: false,
    encrypt: KEY,
    join: server.address,
  });
  onTestFinished(() => theirs.stop());
  await eventually(async () => {
    expect(server.pool.member('their-client')).toMatchObject({
      status: 'alive',
      tags: { role: 'node', dc: 'dc1' },
    });
    const names = (await theirs.members()).map(({ Name }) => Name);
    expect(names.toSorted()).toEqual(['our-server', 'their-client']);
    expect(theirs.log()).toMatch(/adding server: .*our-server/);
  });
});
