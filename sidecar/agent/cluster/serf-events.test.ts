import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type UserEvent } from '../../../protocol/types/event.ts';
import { decodeSerfEvent, encodeSerfEvent } from './serf-events.ts';

const EVENT: UserEvent = {
  ID: '7e10a8c6-8d32-4d1c-8a6e-5f5b0c1d2e3f',
  Name: 'deploy',
  Payload: 'djE=',
  NodeFilter: 'web',
  ServiceFilter: 'shop',
  TagFilter: 'live',
  Version: 1,
  LTime: 7,
};
const overSerf = (event: UserEvent): UserEvent | undefined => {
  const { name, payload } = encodeSerfEvent(event);
  return decodeSerfEvent({ kind: 'user', lTime: event.LTime, name, payload, coalesce: false });
};

describe('an event over Serf', () => {
  it.each([EVENT, { ...EVENT, Payload: null, NodeFilter: '', ServiceFilter: '', TagFilter: '' }])(
    'is what it was: %j',
    (event) => {
      expect(overSerf(event)).toEqual(event);
    },
  );

  it('bears Consul’s name', () => {
    expect(encodeSerfEvent(EVENT).name).toBe('consul:event:deploy');
  });
});

describe('what is no event of Consul’s', () => {
  const user = { kind: 'user', lTime: 1, coalesce: false } as const;

  it.each(['deploy', 'consul:new-leader'])('by its name: %s', (name) => {
    const { payload } = encodeSerfEvent(EVENT);
    expect(decodeSerfEvent({ ...user, name, payload })).toBeUndefined();
  });

  it('a change of members', () => {
    expect(decodeSerfEvent({ kind: 'member-join', members: [] })).toBeUndefined();
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (payload) => {
        const decoded = decodeSerfEvent({ ...user, name: 'consul:event:x', payload });
        return decoded === undefined || typeof decoded.ID === 'string';
      }),
    );
  });
});
