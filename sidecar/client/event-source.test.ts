import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveClientConfig } from './client-config.ts';
import { EventParser, type StreamEvent, readEvents } from './event-source.ts';
import { ConsulClient } from './http-client.ts';
import { FakeAgent } from './testing/fake-agent.ts';

describe('parsing', () => {
  it.each([
    ['data: 1\n\n', [{ type: 'message', data: '1' }]],
    ['event: resync\ndata: {}\n\n', [{ type: 'resync', data: '{}' }]],
    [
      'data:1\ndata: 2\n\ndata:  3\n\n',
      [
        { type: 'message', data: '1\n2' },
        { type: 'message', data: ' 3' },
      ],
    ],
    [':\n\nretry: 5\n\nid: x\n\n', []],
    ['data: 1\r\n\r\n', [{ type: 'message', data: '1' }]],
    ['data\n\n', [{ type: 'message', data: '' }]],
    ['data: 1\n', []],
  ])('%j, also letter by letter', (text, expected) => {
    expect([...new EventParser().accept(text)]).toEqual(expected);
    const parser = new EventParser();
    expect([...text].flatMap((letter) => [...parser.accept(letter)])).toEqual(expected);
  });

  it('keeps the last id, also of events without data', () => {
    const parser = new EventParser();
    expect([...parser.accept('id: a\ndata: 1\n\ndata: 2\n\nid: b\n\n')]).toHaveLength(2);
    expect(parser.lastID).toBe('b');
  });

  it('refuses an event without an end', () => {
    const parser = new EventParser();
    expect(() => {
      for (let i = 0; i < 20; i++) Array.from(parser.accept('x'.repeat(1024 * 1024)));
    }).toThrow('has no end');
  });
});

describe('a stream', () => {
  let agent: FakeAgent;
  let client: ConsulClient;
  let stop: AbortController;

  beforeEach(async () => {
    agent = new FakeAgent();
    await agent.start();
    client = new ConsulClient(resolveClientConfig({ httpAddress: agent.address }, {}, '/'));
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    client.close();
    await agent.stop();
  });

  const read = (onReconnect?: (reason: string) => void) =>
    readEvents(client, {
      path: '/v1/stream',
      query: { topic: ['kv'] },
      signal: stop.signal,
      ...(onReconnect && { onReconnect }),
    });

  async function take(count: number, reasons: string[] = []): Promise<StreamEvent[]> {
    const events: StreamEvent[] = [];
    for await (const event of read((reason) => reasons.push(reason))) {
      events.push(event);
      if (events.length === count) break;
    }
    return events;
  }

  it('goes on behind the last event after its connection broke, ended, or could not be made', async () => {
    const answers: ((response: ServerResponse) => void)[] = [
      (response) =>
        response
          .writeHead(200)
          .write('id: 1\ndata: one\n\nid: 2\ndata: tw', () => response.destroy()),
      (response) => response.writeHead(500).end('No cluster leader'),
      (response) => response.destroy(),
      (response) => response.writeHead(200).end('id: 2\ndata: two\n\n'),
      (response) => response.writeHead(200).write('id: 3\ndata: three\n\n'),
    ];
    agent.on('GET /v1/stream', (_request, response) => {
      answers.shift()!(response);
      return {};
    });
    const reasons: string[] = [];
    expect((await take(3, reasons)).map(({ data }) => data)).toEqual(['one', 'two', 'three']);
    expect(reasons).toHaveLength(4);
    expect(agent.log).toEqual([
      'GET /v1/stream?topic=kv',
      ...Array<string>(3).fill('GET /v1/stream?topic=kv&last-event-id=1'),
      'GET /v1/stream?topic=kv&last-event-id=2',
    ]);
  });

  it.each([
    [400, 'no such topic'],
    [403, 'Permission denied'],
  ])('a refusal (%i) ends it', async (status, body) => {
    agent.on('GET /v1/stream', { status, body });
    await expect(take(1)).rejects.toThrow(`Unexpected response code: ${status} (${body})`);
  });

  it('without an agent it fails at once', async () => {
    await agent.stop();
    await expect(take(1)).rejects.toThrow('connection refused');
    await agent.start();
  });

  it('ends when its caller stops, in the middle of a wait', async () => {
    agent.on('GET /v1/stream', (_request, response) => {
      response.writeHead(200).write('data: one\n\n');
      return {};
    });
    const seen: string[] = [];
    for await (const { data } of read()) {
      seen.push(data);
      setTimeout(() => stop.abort(), 10);
    }
    expect(seen).toEqual(['one']);
  });
});
