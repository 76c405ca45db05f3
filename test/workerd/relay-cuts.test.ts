/**
 * A long poll at the Worker misses no change, with the write placed at each cut on its way into the relay, when the call that
 * tells the relay is lost, and when the relay sleeps while its datacenter does not.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { ControlPlanes, LONGER_THAN_IDLE_MS, fetchWorker } from '../support/control-planes.ts';
import { type Gate, GatedWorker } from '../support/gated-worker.ts';

const planes = new ControlPlanes();
afterEach(() => planes.stopAll());

const WATCHED = '/v1/kv/watched';
const STAYS_PARKED_MS = 150;
/** From the request to the place in the relay. */
const PARKS_WITHIN_MS = 300;

async function write(worker: GatedWorker, value: string, target = WATCHED): Promise<void> {
  const answer = await fetchWorker(worker.plane, target, { method: 'PUT', body: value });
  expect(await answer.text()).toBe('true');
}

interface Poll {
  readonly answer: Promise<string>;
  isAnswered: boolean;
}

/** Asks from the present index on. */
async function poll(worker: GatedWorker, target = `${WATCHED}?raw`): Promise<Poll> {
  const now = await fetchWorker(worker.plane, target);
  await now.arrayBuffer();
  const index = now.headers.get('x-consul-index')!;
  const sign = target.includes('?') ? '&' : '?';
  const answer = fetchWorker(worker.plane, `${target}${sign}index=${index}&wait=60s`);
  const started: Poll = { answer: answer.then((response) => response.text()), isAnswered: false };
  started.answer.then(
    () => (started.isAnswered = true),
    // Whoever waits for the answer gets the reason.
    () => {},
  );
  return started;
}

async function parked(worker: GatedWorker, target?: string): Promise<Poll> {
  const started = await poll(worker, target);
  await pause(PARKS_WITHIN_MS);
  expect(started.isAnswered).toBe(false);
  return started;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('on the way into the relay', () => {
  it.each<[Gate]>([['worker-read'], ['relay-accepted'], ['datacenter-subscribed']])(
    'the write comes at "%s"',
    async (gate) => {
      const worker = await GatedWorker.start(planes);
      await write(worker, 'before');
      await worker.shut(gate);
      const waiting = await poll(worker);
      await worker.untilReached(gate);
      await write(worker, 'at the cut');
      await worker.open(gate);
      expect(await waiting.answer).toBe('at the cut');
      const again = await parked(worker);
      await write(worker, 'after');
      expect(await again.answer).toBe('after');
    },
  );

  it('several meet at the last step, and each learns of it', async () => {
    const worker = await GatedWorker.start(planes);
    await write(worker, 'before');
    const first = await parked(worker);
    await worker.shut('datacenter-subscribed');
    const second = await poll(worker);
    await worker.untilReached('datacenter-subscribed');
    await write(worker, 'at the cut');
    expect(await first.answer).toBe('at the cut');
    await worker.open('datacenter-subscribed');
    expect(await second.answer).toBe('at the cut');
  });
});

describe('what the datacenter tells the relay', () => {
  it.each([1, 2, 3])('is lost %i times, and told again until it arrives', async (times) => {
    const worker = await GatedWorker.start(planes);
    await write(worker, 'before');
    const waiting = await parked(worker);
    await worker.loseBumps(times);
    await write(worker, 'told late');
    expect(await waiting.answer).toBe('told late');
    expect(await worker.bumpsToLose()).toBe(0);
    const again = await parked(worker);
    await write(worker, 'after');
    expect(await again.answer).toBe('after');
  });
});

describe('a relay that sleeps while its datacenter is awake', () => {
  it('wakes for what it was asked, and for nothing else', async () => {
    const worker = await GatedWorker.start(planes);
    await write(worker, 'before');
    const waiting = await parked(worker);
    for (let slept = 0; slept < LONGER_THAN_IDLE_MS; slept += 1000) {
      await write(worker, `noise ${slept}`, '/v1/kv/elsewhere');
      await pause(1000);
    }
    expect(waiting.isAnswered).toBe(false);
    await write(worker, 'wakes it');
    expect(await waiting.answer).toBe('wakes it');
    const again = await parked(worker);
    await write(worker, 'noise', '/v1/kv/elsewhere');
    await pause(STAYS_PARKED_MS);
    expect(again.isAnswered).toBe(false);
    await write(worker, 'after');
    expect(await again.answer).toBe('after');
  });
});
