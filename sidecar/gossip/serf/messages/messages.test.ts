import { describe, expect, it } from 'vitest';
import { MAX_USER_EVENT_BYTES } from '../config.ts';
import { MAX_QUERY_BYTES, MAX_QUERY_FILTERS } from '../limits.ts';
import { decodeJoin, encodeJoin } from './intents.ts';
import { MESSAGE_TYPE } from './message-type.ts';
import { decodePushPull, encodePushPull } from './push-pull.ts';
import type { PushPullMessage } from './push-pull.ts';
import { decodeQuery, encodeQuery } from './query.ts';
import { decodeRelay, encodeRelay } from './relay.ts';
import { decodeTags, encodeTags } from './tags.ts';
import { decodeUserEvent, encodeUserEvent } from './user-event.ts';

const EMPTY = new Uint8Array(0);
const query = {
  lTime: 1,
  id: 7,
  address: new Uint8Array([10, 0, 0, 1]),
  port: 7946,
  sourceNode: 'a',
  filters: [],
  flags: 0,
  relayFactor: 0,
  timeoutNs: 1e9,
  name: 'uptime',
  payload: EMPTY,
};

describe('limits', () => {
  it('a name beyond any node has', () => {
    expect(decodeJoin(encodeJoin({ lTime: 1, node: 'x'.repeat(512) }))).toBeDefined();
    expect(decodeJoin(encodeJoin({ lTime: 1, node: 'x'.repeat(513) }))).toBeUndefined();
  });

  it('a user event larger than any Serf may send', () => {
    const event = { lTime: 1, name: 'e', coalesce: false };
    const payload = new Uint8Array(MAX_USER_EVENT_BYTES);
    expect(decodeUserEvent(encodeUserEvent({ ...event, payload }))).toBeUndefined();
    expect(decodeUserEvent(encodeUserEvent({ ...event, payload: EMPTY }))).toBeDefined();
  });

  it('a query that is too large or has too many filters', () => {
    expect(decodeQuery(new Uint8Array(encodeQuery(query)))).toEqual(query);
    const large = encodeQuery({ ...query, payload: new Uint8Array(MAX_QUERY_BYTES) });
    expect(decodeQuery(large)).toBeUndefined();
    const filters = Array.from({ length: MAX_QUERY_FILTERS + 1 }, () => EMPTY);
    expect(decodeQuery(encodeQuery({ ...query, filters }))).toBeUndefined();
  });

  it('a Lamport time near 2^64, which would wrap a clock around', () => {
    // 82 a5 LTime cf ffffffffffffffff a4 Node a1 x
    const hex = '0182a54c54696d65cfffffffffffffffffa44e6f6465a178';
    expect(decodeJoin(new Uint8Array(Buffer.from(hex, 'hex')))).toBeUndefined();
  });

  it.each<[string, Partial<PushPullMessage>]>([
    ['a member with an endless name', { statusLTimes: new Map([['x'.repeat(513), 1]]) }],
    ['one who left with an endless name', { leftMembers: ['x'.repeat(513)] }],
    [
      'an event that no Serf may send',
      { events: [{ lTime: 1, events: [{ name: 'e', payload: new Uint8Array(9216) }] }] },
    ],
    [
      'more times than anybody remembers',
      { events: Array.from({ length: 16_385 }, () => ({ lTime: 1, events: [] })) },
    ],
  ])('a state with %s', (_, more) => {
    const state: PushPullMessage = {
      lTime: 1,
      statusLTimes: new Map([['a', 1]]),
      leftMembers: [],
      eventLTime: 1,
      events: [],
      queryLTime: 1,
    };
    expect(decodePushPull(new Uint8Array(encodePushPull(state)))).toEqual(state);
    expect(decodePushPull(encodePushPull({ ...state, ...more }))).toBeUndefined();
  });

  it('a relay of anything but a response', () => {
    const ip = new Uint8Array([10, 0, 0, 1]);
    const relay = (type: number): Uint8Array =>
      encodeRelay({ ip, port: 1, name: 'a', message: new Uint8Array([type, 0x80]) });
    expect(decodeRelay(relay(MESSAGE_TYPE.queryResponse))).toMatchObject({ name: 'a', port: 1 });
    expect(decodeRelay(relay(MESSAGE_TYPE.leave))).toBeUndefined();
    expect(decodeRelay(relay(MESSAGE_TYPE.relay))).toBeUndefined();
  });
});

describe('tags', () => {
  it('travel as a map from protocol 3 on, before as the role alone', () => {
    const tags = { role: 'web', zone: 'ä' };
    expect(decodeTags(encodeTags(tags, 3))).toEqual(tags);
    expect(Buffer.from(encodeTags(tags, 2)).toString()).toBe('web');
    expect(decodeTags(encodeTags(tags, 2))).toEqual({ role: 'web' });
    expect(decodeTags(EMPTY)).toEqual({ role: '' });
  });

  it('that are damaged give what could be read', () => {
    const meta = encodeTags({ a: '1', b: '2' }, 5);
    expect(decodeTags(meta.slice(0, -1))).toEqual({ a: '1' });
  });

  it('may have any name', () => {
    const tags = Object.fromEntries([['__proto__', 'x']]);
    expect(Object.entries(decodeTags(encodeTags(tags, 5)))).toEqual([['__proto__', 'x']]);
  });
});
