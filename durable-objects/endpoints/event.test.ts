import { describe, expect, it } from 'vitest';
import type { EventFireArgs } from '../../protocol/methods.ts';
import { DatacenterState } from '../datacenter-state.ts';
import { createNodeStorage } from '../testing/node-storage.ts';

const ID = 'a9ed8223-2745-4e0c-77c4-891e7ca49df6';

function create() {
  const state = new DatacenterState(createNodeStorage(), 'dc1', {
    now: () => 1_000_000,
    newUUID: () => ID,
  });
  const call = (method: string, args: unknown) =>
    state.callAlone({ method, args, token: '', actor: 'test' });
  const fire = (args: Partial<EventFireArgs>) =>
    call('event.fire', {
      name: 'deploy',
      payload: '',
      nodeFilter: '',
      serviceFilter: '',
      tagFilter: '',
      ...args,
    });
  return { state, call, fire };
}

describe('event.fire', () => {
  it('answers the event with LTime 0; the list has its true one', () => {
    const { call, fire } = create();
    const event = {
      ID,
      Name: 'deploy',
      Payload: 'djU=',
      NodeFilter: '',
      ServiceFilter: 'web',
      TagFilter: 'live',
      Version: 1,
    };
    const fired = fire({ payload: 'djU=', serviceFilter: 'web', tagFilter: 'live' });
    expect(JSON.parse(fired.body)).toEqual({ ...event, LTime: 0 });
    expect(JSON.parse(call('event.list', {}).body)).toEqual([{ ...event, LTime: 1 }]);
  });

  it('from elsewhere keeps its ID, and comes once however often it is sent', () => {
    const { state, call, fire } = create();
    const id = '7e10a8c6-8d32-4d1c-8a6e-5f5b0c1d2e3f';
    fire({ id });
    const before = state.writer.lastIndex;
    expect(JSON.parse(fire({ id }).body)).toMatchObject({ ID: id, LTime: 0 });
    expect(state.writer.lastIndex).toBe(before);
    expect(JSON.parse(call('event.list', {}).body)).toMatchObject([{ ID: id, LTime: 1 }]);
  });

  it.each<[Partial<EventFireArgs>, string]>([
    [{ name: '' }, 'Missing name'],
    [{ tagFilter: 't' }, 'Cannot provide tag filter without service filter'],
    [{ nodeFilter: '[' }, 'Invalid node filter: error parsing regexp: missing closing ]: `[`'],
    [
      { serviceFilter: '(' },
      'Invalid service filter: error parsing regexp: missing closing ): `(`',
    ],
    [
      { serviceFilter: 's', tagFilter: '*' },
      'Invalid tag filter: error parsing regexp: missing argument to repetition operator: `*`',
    ],
    [{ payload: '%' }, 'the payload is not base64'],
    [{ id: 'mine' }, 'the ID is no UUID'],
    [{ name: 5 as never }, 'an event is five texts'],
    [
      { payload: Buffer.alloc(600).toString('base64') },
      'error broadcasting event: user event exceeds configured limit of 512 bytes before encoding',
    ],
  ])('refuses %j and takes no index', (args, message) => {
    const { state, fire } = create();
    const before = state.writer.lastIndex;
    const reply = fire(args);
    expect(reply.body).toBe(message);
    expect(reply.code).toMatch(/^(bad-request|invalid)$/);
    expect(state.writer.lastIndex).toBe(before);
  });
});

describe('watchers of events', () => {
  it('are told of the names that they watch, and of no other write', () => {
    const { state, call, fire } = create();
    const told: string[] = [];
    const watch = (args: object, id: number): void => {
      const query = state.openQuery({ method: 'event.list', args, token: '', actor: 'test' });
      const watcher = {
        takesChanges: false,
        deliver: (pushes: readonly { push: { body: string | null } }[]) =>
          void told.push(`${id}: ${JSON.parse(pushes[0]!.push.body!).length}`),
      };
      state.subscriptions.add(watcher, id, query.query, query.reading.index);
    };
    watch({}, 1);
    watch({ name: 'deploy' }, 2);
    call('kv.apply', { verb: 'set', key: 'events', value: '' });
    expect(told).toEqual([]);
    fire({ name: 'other' });
    expect(told.splice(0)).toEqual(['1: 1']);
    fire({ name: 'deploy' });
    expect(told.sort()).toEqual(['1: 2', '2: 1']);
  });
});
