import { afterEach, expect, it } from 'vitest';
import { readGossip } from './gossip-metrics.ts';
import { Keyring } from '../../gossip/keyring/keyring.ts';
import { type Pool, createPool } from '../../gossip/pool.ts';
import { LOCAL_PROFILE } from '../../gossip/swim/config.ts';

const pools: Pool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.stop())));

async function start(name: string): Promise<Pool> {
  const pool = await createPool({
    name,
    tags: {},
    bind: { address: '127.0.0.1', port: 0 },
    profile: LOCAL_PROFILE,
    keyring: new Keyring(),
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  pools.push(pool);
  return pool;
}

it('a pool is told of under the names of memberlist and Serf, with its network', async () => {
  const [first, second] = [await start('a'), await start('b')];
  const { address, port } = second.localMember();
  await first.join([`${address}:${port}`]);
  first.userEvent('deploy', new Uint8Array(), false);
  const { gauges, totals } = readGossip({
    pool: (name) => (name === 'lan' ? first : undefined),
  });
  const value = (name: string): number | undefined =>
    totals.find((total) => total.name === name && total.labels['network'] === 'lan')?.value;
  expect(value('consul.memberlist.tcp.connect')).toBe(1);
  expect(value('consul.memberlist.tcp.sent')).toBeGreaterThan(0);
  expect(value('consul.serf.events')).toBe(1);
  expect(value('lictor.gossip.refused')).toBe(0);
  expect(totals.filter(({ name }) => name === 'lictor.gossip.refused').length).toBeGreaterThan(5);
  expect(gauges).toContainEqual({
    Name: 'lictor.gossip.members_alive',
    Value: 2,
    Labels: { network: 'lan' },
  });
  expect(gauges.find(({ Name }) => Name === 'consul.memberlist.health.score')?.Value).toBe(0);
  expect(gauges.every(({ Labels }) => Labels['network'] === 'lan')).toBe(true);
});
