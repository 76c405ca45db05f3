/**
 * What each operation costs in rows written, counted by the cursors of the real SQLite, indexes and the trimming of the
 * change log included. Rows are the bill.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { subtract } from '../../bench/cost/counting-worker.ts';
import { CountedAgent } from '../../bench/cost/counted-agent.ts';
import {
  type Hello,
  KEEPALIVE_REPLY,
  KEEPALIVE_REQUEST,
  LINK_PATH,
  LINK_PROTOCOL,
  type Reply,
} from '../../protocol/frames.ts';
import type { DatacenterInfo, MethodArgs, WriteMethod } from '../../protocol/methods.ts';
import type { ServerLink } from '../../sidecar/server-link/server-link.ts';
import { ControlPlanes } from '../support/control-planes.ts';
import { CountedPlane } from '../support/counted-plane.ts';
import { ROOT } from '../support/lictor-process.ts';

const WRITES = 256;
/** Small enough to be full after a few thousand writes: from then on each new change costs an old one its row. */
const HISTORY_MAX_BYTES = 1024 * 1024;
const FILL_WRITES = 6_000;
/**
 * A step of trimming takes a few rows of its own (its timer, its place, the alarm) for about 240 changes here; at the real
 * size of the log a step takes 2,048.
 */
const TRIM_STEP = 0.03;

/** Longer than an agent takes between two keepalives. */
const IDLE_AGENT_MS = 22_000;
const HELLO: Hello = {
  protocolMin: LINK_PROTOCOL,
  protocolMax: LINK_PROTOCOL,
  features: [],
  nodeId: 'id-of-n4',
  nodeName: 'n4',
  epoch: 'e',
  datacenterUUID: '',
  incarnation: '',
};
const RENEWED_TTL_MS = 2_000;
const RENEWED_TTLS = 6;

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
  it('renewals within a time to live cost nothing, however many there are', async () => {
    // So long that neither its end nor its alarm falls into what another test counts.
    const { body } = await write('session.create', { Node: 'host', LockDelayMs: 0, TTL: '3600s' });
    const { ID } = JSON.parse(body) as { ID: string };
    // The deadline is two TTLs away at first: none of these within one TTL needs to move it.
    const rows = await counted.rowsWrittenBy(() =>
      oneByOne(20, () => write('session.renew', { id: ID })),
    );
    expect(rows).toBe(0);
  });

  it('a session that is renewed all the time costs a row each time to live, and a setting of the alarm', async () => {
    const short = new ControlPlanes();
    try {
      const plane = await CountedPlane.start(short, { sessionTTLMinMs: RENEWED_TTL_MS });
      const own = await short.link(plane.plane, 'n3');
      const ask = async (method: WriteMethod, args: object): Promise<string> =>
        (await own.batcher.send(method, args, '', false)).body;
      await ask('catalog.register', { Node: 'host', Address: '192.0.2.1' });
      const session = { Node: 'host', LockDelayMs: 0, TTL: `${RENEWED_TTL_MS}ms`, NodeChecks: [] };
      const { ID } = JSON.parse(await ask('session.create', session)) as { ID: string };
      const until = Date.now() + RENEWED_TTLS * RENEWED_TTL_MS;
      const rows = await plane.rowsWrittenBy(async () => {
        while (Date.now() < until) {
          expect(await ask('session.renew', { id: ID })).toContain(ID);
          await new Promise((resolve) => setTimeout(resolve, RENEWED_TTL_MS / 10));
        }
      });
      expect(rows).toBeGreaterThan(0);
      // The platform bills an alarm that is set as a row; the renewals themselves write the other half.
      expect(rows).toBeLessThanOrEqual(2 * RENEWED_TTLS);
    } finally {
      await short.stopAll();
    }
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

  it('nor do heartbeats, which the platform answers without the object', async () => {
    const { url, secret } = counted.plane;
    const authorization = `Bearer ${secret}`;
    const socket = new WebSocket(url.replace('http', 'ws') + LINK_PATH, {
      headers: { authorization },
    });
    const heard = (): Promise<string> =>
      new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
    await new Promise((resolve) => socket.once('open', resolve));
    try {
      const welcome = heard();
      socket.send(JSON.stringify({ hello: HELLO }));
      expect(await welcome).toContain('incarnation');
      const rows = await counted.rowsWrittenBy(() =>
        oneByOne(20, async () => {
          const answer = heard();
          socket.send(KEEPALIVE_REQUEST);
          expect(await answer).toBe(KEEPALIVE_REPLY);
        }),
      );
      expect(rows).toBe(0);
    } finally {
      socket.terminate();
    }
  });

  it('nor does a whole agent that has nothing to tell, its keepalives included', async () => {
    const parent = planes.temporaryDirectory();
    const agent = await CountedAgent.start(ROOT, parent, new AbortController().signal);
    try {
      const before = await agent.settledCounts();
      await new Promise((resolve) => setTimeout(resolve, IDLE_AGENT_MS));
      expect(subtract(await agent.settledCounts(), before)).toMatchObject({
        messages: 0,
        rowsWritten: 0,
      });
    } finally {
      await agent.stop();
    }
  }, 120_000);
});
