/** Pools on a network that loses, delays and reorders: each seed is another run, and the same on every machine. */
import { afterEach, describe, expect, it } from 'vitest';
import { LAN_PROFILE } from '../swim/config.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import type { LinkModel } from '../testing/mock-network.ts';
import { SerfPool, told, view } from './testing/serf-pool.ts';
import type { SerfMember } from './testing/serf-pool.ts';

const pools: SerfPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.stop();
});

/** A fifth of the packets is lost, the others take up to half a second: many arrive in another order. */
function lossy(seed: number): LinkModel {
  const random = new SeededRandom(seed);
  return {
    packetDelayMs: () => (random.unit() < 0.2 ? undefined : random.below(500)),
    streamDelayMs: () => 1 + random.below(50),
  };
}

const MEMBERS = 8;
const SEEDS = [1, 2, 3];

async function lossyPool(seed: number): Promise<{ pool: SerfPool; members: SerfMember[] }> {
  const pool = new SerfPool(seed);
  pools.push(pool);
  // Uncompressed: packing would be half of what this test costs.
  const members = await pool.grow(MEMBERS, { profile: { ...LAN_PROFILE, compression: false } });
  pool.network.links = lossy(seed);
  return { pool, members };
}

describe.each(SEEDS)('seed %i', (seed) => {
  it('user events reach each member once, though sent at the same moment', async () => {
    const { pool, members } = await lossyPool(seed);
    const expected: string[] = [];
    for (const [i, { pool: node }] of members.entries()) {
      node.userEvent('deploy', Buffer.from(`v${i}`), false);
      expected.push(`deploy v${i}`);
    }
    await pool.pass(120_000);
    for (const member of members) {
      const events = told(member).filter((text) => text.startsWith('deploy'));
      expect(events.toSorted()).toEqual(expected.toSorted());
    }
  });

  it('all agree on who left, who failed and who came back', async () => {
    const { pool, members } = await lossyPool(seed);
    const [n1, n2, n3, ...rest] = members;
    const leaving = n1!.pool.leave();
    await pool.pass(20_000);
    await leaving;
    await n1!.pool.stop();
    await n2!.pool.stop();
    // An operator's error: n3 is there and says so.
    const forcing = rest[0]!.pool.forceLeave('n3');
    await pool.pass(180_000);
    await forcing;
    const expected = members.map(({ name }) => {
      if (name === 'n1') return 'n1 left';
      return name === 'n2' ? 'n2 failed' : `${name} alive`;
    });
    for (const member of [n3!, ...rest]) expect(view(member)).toEqual(expected.toSorted());
  });

  it('a query with relays is answered by nearly all', async () => {
    const { pool, members } = await lossyPool(seed);
    for (const { pool: node } of members) {
      node.subscribe((event) => {
        if (event.kind === 'query') event.query.respond(Buffer.from('here'));
      });
    }
    const query = members[0]!.pool.query('who', Buffer.from(''), {
      timeoutMs: 20_000,
      relayFactor: 3,
    });
    const { responses } = await pool.after(20_000, query.finished);
    expect(responses.length).toBeGreaterThanOrEqual(MEMBERS - 1);
    for (const member of members) {
      const queries = told(member).filter((text) => text === 'query who');
      expect(queries.length).toBeLessThanOrEqual(1);
    }
  });
});
