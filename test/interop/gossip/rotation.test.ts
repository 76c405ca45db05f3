/** One encrypted pool of three programs: serf 0.11, serf 0.9.4 and ours; its keys are changed from each of them. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { OurSerf } from './our-serf.ts';
import { RealSerf } from './real-serf.ts';

const KEYS = [1, 2, 3, 4].map((byte) =>
  Buffer.alloc(byte === 2 ? 16 : 32, byte).toString('base64'),
);
const [FIRST = '', SECOND = '', THIRD = '', FOURTH = ''] = KEYS;
const bytesOf = (key: string): Uint8Array => new Uint8Array(Buffer.from(key, 'base64'));

let newer: RealSerf;
let older: RealSerf;
let ours: OurSerf;
const keys = [FIRST];

beforeAll(async () => {
  newer = await RealSerf.start({ version: '0.11', name: 'newer', keys });
  older = await RealSerf.start({ version: '0.9.4', name: 'older', keys, join: newer.address });
  ours = await OurSerf.start({ name: 'ours', keys });
  await ours.pool.join([older.address]);
  await eventually(async () => {
    const everybody = ['newer alive', 'older alive', 'ours alive'];
    for (const seen of [ours.statuses(), await newer.statuses(), await older.statuses()]) {
      expect(seen).toEqual(everybody);
    }
  });
});
afterAll(async () => {
  await Promise.all([newer?.stop(), older?.stop(), ours?.pool.stop()]);
});

/** Every node has to take part, so each change is asked for until all have answered. */
async function rotateBy(real: RealSerf, from: string, to: string): Promise<void> {
  await eventually(() => real.run('keys', `-install=${to}`));
  await eventually(() => real.run('keys', `-use=${to}`));
  await eventually(() => real.run('keys', `-remove=${from}`));
}

it('by serf 0.11', async () => {
  await rotateBy(newer, FIRST, SECOND);
  expect(ours.keyring.keys().map((key) => [...key])).toEqual([[...bytesOf(SECOND)]]);
});

it('by serf 0.9.4', async () => {
  await rotateBy(older, SECOND, THIRD);
  expect(ours.keyring.keys().map((key) => [...key])).toEqual([[...bytesOf(THIRD)]]);
});

it('by ours', async () => {
  const { keyManager } = ours.pool;
  const all = { nodes: 3, responses: 3, errors: 0 };
  const [from, to] = [bytesOf(THIRD), bytesOf(FOURTH)];
  await eventually(async () => expect(await keyManager.install(to)).toMatchObject(all));
  await eventually(async () => expect(await keyManager.use(to)).toMatchObject(all));
  await eventually(async () => expect(await keyManager.remove(from)).toMatchObject(all));
  await eventually(async () =>
    expect(await keyManager.list()).toMatchObject({
      ...all,
      keys: { [FOURTH]: 3 },
      primaryKeys: { [FOURTH]: 3 },
    }),
  );
});

it('nobody was lost meanwhile, and a stranger without the new key is kept out', async () => {
  for (const seen of [ours.statuses(), await newer.statuses(), await older.statuses()]) {
    expect(seen).toEqual(['newer alive', 'older alive', 'ours alive']);
  }
  const stranger = await OurSerf.start({ name: 'stranger', keys });
  const { contacted } = await stranger.pool.join([newer.address, older.address, ours.address]);
  await stranger.pool.stop();
  expect(contacted).toBe(0);
  expect(ours.statuses()).toHaveLength(3);
});
