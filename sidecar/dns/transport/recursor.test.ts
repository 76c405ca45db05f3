import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../testing/fake-source.ts';
import { FakeRecursor } from '../testing/client.ts';
import { makeQuery } from '../testing/packets.ts';
import { encodeMessage } from '../wire/message.ts';
import { addressRecord } from '../wire/record.ts';
import { Recursor } from './recursor.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function startRecursor(respond: (query: Buffer) => Buffer | undefined) {
  const server = new FakeRecursor(respond);
  const address = await server.start();
  cleanups.push(() => server.stop());
  return { server, address };
}

function makeRecursor(): Recursor {
  const recursor = new Recursor(silentLog);
  cleanups.push(() => recursor.stop());
  return recursor;
}

/** The query as a response with this code and these extra flag bits. */
const reply =
  (code: number, bits = 0) =>
  (query: Buffer): Buffer => {
    const answer = Buffer.from(query);
    answer.writeUInt16BE(0x8180 | bits | code, 2);
    return answer;
  };

const query = makeQuery('www.example.org', 'A', { id: 0x4242 });
const options = { recursorStrategy: 'sequential' as const, recursorTimeoutMs: 2000 };

describe('Recursor', () => {
  it.each(['udp', 'tcp'] as const)('forwards over %s and restores the id', async (transport) => {
    const { server, address } = await startRecursor(reply(0));
    const answer = await makeRecursor().forward(query, transport, {
      ...options,
      recursors: [address],
    });
    expect(answer!.readUInt16BE(0)).toBe(0x4242);
    expect(server.asked).toEqual([transport]);
  });

  it.each<[string, (query: Buffer) => Buffer | undefined, number | undefined]>([
    ['SERVFAIL', reply(2), undefined],
    ['REFUSED', reply(5), undefined],
    ['NXDOMAIN', reply(3), 3],
    ['a truncated answer', reply(0, 0x0200), 0],
    ['silence', () => undefined, undefined],
    [
      'another id',
      (q) => reply(0)(Buffer.concat([Buffer.from([q[0]! ^ 1]), q.subarray(1)])),
      undefined,
    ],
    ['another question', () => reply(0)(makeQuery('www.example.com')), undefined],
    ['rubbish', () => Buffer.from('rubbish'), undefined],
  ])('%s', async (_, respond, code) => {
    const first = await startRecursor(respond);
    const second = await startRecursor(reply(0, 0x0400));
    const recursors = [first.address, second.address];
    const answer = await makeRecursor().forward(query, 'udp', {
      ...options,
      recursors,
      recursorTimeoutMs: 100,
    });
    expect(first.server.asked).toHaveLength(1);
    // The second one is asked only when the first gave nothing to hand on; it marks its answers with AA.
    expect(second.server.asked).toHaveLength(code === undefined ? 1 : 0);
    expect(answer!.readUInt16BE(2) & 0x0400).toBe(code === undefined ? 0x0400 : 0);
    if (code !== undefined) expect(answer![3]! & 0x0f).toBe(code);
  });

  it('gives up when all fail, and when there is none', async () => {
    const { address } = await startRecursor(reply(2));
    const recursor = makeRecursor();
    expect(
      await recursor.forward(query, 'udp', { ...options, recursors: [address, address] }),
    ).toBeUndefined();
    expect(
      await recursor.forward(query, 'tcp', { ...options, recursors: ['127.0.0.1:1'] }),
    ).toBeUndefined();
    expect(await recursor.forward(query, 'udp', { ...options, recursors: [] })).toBeUndefined();
  });

  it('the random strategy spreads the load', async () => {
    const one = await startRecursor(reply(0));
    const other = await startRecursor(reply(0));
    const recursors = [one.address, other.address];
    const recursor = makeRecursor();
    for (let round = 0; round < 30; round++) {
      await recursor.forward(query, 'udp', { ...options, recursorStrategy: 'random', recursors });
    }
    expect(one.server.asked.length).toBeGreaterThan(0);
    expect(other.server.asked.length).toBeGreaterThan(0);
  });

  it('resolves a name to its addresses', async () => {
    const record = addressRecord('www.example.org.', 60, Uint8Array.of(192, 0, 2, 1));
    const { address } = await startRecursor((asked) => {
      const question = {
        name: 'www.example.org.',
        labels: [],
        type: 1,
        class: 1,
        bytes: new Uint8Array(),
      };
      const empty = { authority: [], additional: [] };
      const { bytes } = encodeMessage({
        question,
        flags: 0x8180,
        code: 0,
        answer: [record],
        ...empty,
      })!;
      bytes.set(asked.subarray(0, 2));
      return bytes;
    });
    const found = await makeRecursor().resolveName('www.example.org.', {
      ...options,
      recursors: [address],
    });
    expect(found).toEqual([record]);
  });

  it('stop ends what is under way', async () => {
    const { address } = await startRecursor(() => undefined);
    const recursor = makeRecursor();
    const pending = recursor.forward(query, 'udp', {
      ...options,
      recursors: [address],
      recursorTimeoutMs: 60_000,
    });
    recursor.stop();
    expect(await pending).toBeUndefined();
  });
});
