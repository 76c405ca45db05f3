/**
 * What each operation costs in rows written, counted by the cursors of the real SQLite, indexes and the trimming of the
 * change log included. Rows are the bill.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../../protocol/frames.ts';
import type { DatacenterInfo, MethodArgs, WriteMethod } from '../../protocol/methods.ts';
import type { ServerLink } from '../../sidecar/server-link/server-link.ts';
import { ControlPlanes } from '../support/control-planes.ts';
import { CountedPlane } from '../support/counted-plane.ts';

const WRITES = 256;
/** Small enough to be full after a few thousand writes: from then on each new change costs an old one its row. */
const HISTORY_MAX_BYTES = 1024 * 1024;
const FILL_WRITES = 6_000;
/**
 * A step of trimming takes a few rows of its own (its timer, its place, the alarm) for about 240 changes here; at the real
 * size of the log a step takes 2,048.
 */
const TRIM_STEP = 0.03;

const planes = new ControlPlanes();
let counted: CountedPlane;
let link: ServerLink;

const base64 = (text: string): string => Buffer.from(text).toString('base64');
let values = 0;

function send<M extends WriteMethod>(method: M, args: MethodArgs<M>): Promise<Reply> {
  return link.batcher.send(method, args, '', false);
}

async function write<M extends WriteMethod>(method: M, args: MethodArgs<M>): Promise<Reply> {
  const reply = await send(method, args);
  if (reply.code !== undefined) throw new Error(`${method}: ${reply.body}`);
  return reply;
}

const put = (key: string, value = `value ${values++}`): Promise<Reply> =>
  write('kv.apply', { verb: 'set', key, value: base64(value) });

/** Each by itself, so that each is a frame. */
async function oneByOne(count: number, work: (at: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < count; at++) await work(at);
}

async function lastIndex(): Promise<number> {
  const { body } = await link.batcher.send('status.datacenter', {}, '', false);
  return (JSON.parse(body) as DatacenterInfo).Index;
}

/**
 * Rows for each of `count` operations, of which each makes one change. The change costs a second row on the day on which it
 * is trimmed.
 */
async function rowsEach(count: number, work: () => Promise<unknown>): Promise<number> {
  const before = await lastIndex();
  const written = await counted.rowsWrittenBy(work);
  const changes = (await lastIndex()) - before;
  expect(changes).toBe(count);
  return (written + changes) / count;
}

beforeAll(async () => {
  counted = await CountedPlane.start(planes, {});
  link = await planes.link(counted.plane, 'n1');
  // The first change sets the timer of the trimming.
  await put('first');
});
afterAll(() => planes.stopAll());

describe('KV', () => {
  it('a PUT by itself: the key, its change, the frame, and a change that is trimmed', async () => {
    const rows = await rowsEach(WRITES, () => oneByOne(WRITES, (at) => put(`alone/${at % 50}`)));
    expect(rows).toBe(4);
  });

  it.each([8, 64])('PUTs in frames of %i share the frame', async (size) => {
    // Two frames leave at once and the rest waits for a place: two reads make room for one frame of `size` writes.
    const frame = () => {
      const reads = [1, 2].map((at) => link.batcher.send('kv.get', { key: `r/${at}` }, '', false));
      return Promise.all([...reads, ...Array.from({ length: size }, (_, at) => put(`in/${at}`))]);
    };
    const rows = await rowsEach(WRITES, () => oneByOne(WRITES / size, frame));
    expect(rows).toBeLessThanOrEqual(3 + 1 / size);
  });

  it('an equal PUT, a refused check-and-set and the deletion of nothing cost nothing', async () => {
    await put('equal', 'the same');
    const rows = await counted.rowsWrittenBy(async () => {
      await put('equal', 'the same');
      await write('kv.apply', { verb: 'cas', key: 'equal', value: base64('x'), index: 1 });
      await write('kv.apply', { verb: 'delete', key: 'no such key' });
      await write('kv.apply', { verb: 'delete-tree', key: 'no/such/tree/' });
    });
    expect(rows).toBe(0);
  });
});

describe('the catalog', () => {
  const node = { Node: 'host', Address: '192.0.2.1' };
  const known = { ...node, SkipNodeUpdate: true };
  const check = (
    CheckID: string,
    Status: 'passing' | 'critical',
    ServiceID: string,
    Output = '',
  ) => ({
    ...known,
    Check: { CheckID, Name: CheckID, Status, ServiceID, Output },
  });

  beforeAll(async () => {
    for (const name of ['web', 'db', 'cache']) {
      await write('catalog.register', { ...node, Service: { ID: name, Service: name, Port: 80 } });
      await write('catalog.register', check(`${name}-alive`, 'passing', name));
    }
    await write('catalog.register', check('disk', 'passing', ''));
  });

  it.each([
    ['of a service', 'web-alive', 'web', 1],
    ['of a node with three services', 'disk', '', 3],
  ])('a change of a check %s', async (_name, id, service, services) => {
    const rows = await rowsEach(WRITES, () =>
      oneByOne(WRITES, (at) =>
        write('catalog.register', check(id, at % 2 === 0 ? 'critical' : 'passing', service)),
      ),
    );
    expect(rows).toBeLessThanOrEqual(4 + services);
  });

  it('an equal registration costs nothing', async () => {
    const request = { ...node, Service: { ID: 'web', Service: 'web', Port: 80 } };
    await write('catalog.register', request);
    await write('catalog.register', check('web-alive', 'passing', 'web'));
    const rows = await counted.rowsWrittenBy(async () => {
      await write('catalog.register', request);
      await write('catalog.register', check('web-alive', 'passing', 'web'));
    });
    expect(rows).toBe(0);
  });
});

describe('sessions', () => {
  it('renewals cost at most one row a TTL, however many there are', async () => {
    const { body } = await write('session.create', { Node: 'host', LockDelayMs: 0, TTL: '10s' });
    const { ID } = JSON.parse(body) as { ID: string };
    // The deadline is two TTLs away at first: none of these within one TTL needs to move it.
    const rows = await counted.rowsWrittenBy(() =>
      oneByOne(20, () => write('session.renew', { id: ID })),
    );
    expect(rows).toBe(0);
  });
});

describe('trimming', () => {
  it('takes one row for each change, and a few for each step', async () => {
    const small = new ControlPlanes();
    try {
      const full = await CountedPlane.start(small, { historyMaxBytes: HISTORY_MAX_BYTES });
      const own = await small.link(full.plane, 'n2');
      const fill = (count: number) =>
        Promise.all(
          Array.from({ length: count }, (_, at) => {
            const value = base64(String(1_000_000 + values++));
            return own.batcher.send(
              'kv.apply',
              { verb: 'set', key: `f/${at % 10}`, value },
              '',
              false,
            );
          }),
        );
      await fill(FILL_WRITES);
      const rows = (await full.rowsWrittenBy(() => fill(FILL_WRITES))) / FILL_WRITES;
      // Key, change, and the change that is trimmed; frames hold hundreds.
      expect(rows).toBeLessThanOrEqual(3 + TRIM_STEP);
      expect(rows).toBeGreaterThan(2.9);
    } finally {
      await small.stopAll();
    }
  });
});

describe('reads and idleness', () => {
  it('cost nothing', async () => {
    const read = () => link.batcher.send('kv.get', { key: 'alone/1' }, '', true);
    expect(await counted.rowsWrittenBy(() => oneByOne(20, read))).toBe(0);
    const idle = () => new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await counted.rowsWrittenBy(idle)).toBe(0);
  });
});
