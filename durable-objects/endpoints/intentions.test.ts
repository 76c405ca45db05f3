import { beforeEach, describe, expect, it } from 'vitest';
import type { MethodArgs, ReadMethod } from '../../protocol/methods.ts';
import type { Intention, IntentionInput } from '../../protocol/types/intention.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

let dc: DatacenterFixture;

beforeEach(() => {
  dc = new DatacenterFixture();
});

const put = (source: string, destination: string, intention: IntentionInput): unknown =>
  dc.write('intention.apply', { op: 'put', source, destination, intention });
const drop = (source: string, destination: string): unknown =>
  dc.write('intention.apply', { op: 'delete', source, destination });
const create = (SourceName: string, DestinationName: string, more: IntentionInput = {}): string => {
  const intention = { SourceName, DestinationName, Action: 'allow', ...more };
  return (dc.write('intention.apply', { op: 'create-by-id', intention }) as { ID: string }).ID;
};
const entry = (name: string) => dc.read('config.get', { kind: 'service-intentions', name });
const brief = (list: readonly Intention[]): string[] =>
  list.map(({ SourceName, DestinationName, Precedence }) => {
    return `${SourceName} > ${DestinationName} ${Precedence}`;
  });
/** How often a watcher was woken since it was last asked. */
const watch = <M extends ReadMethod>(method: M, args: MethodArgs<M>): (() => number) => {
  const watcher = dc.watch(method, args);
  return () => watcher.take().length;
};

describe('by name', () => {
  it('an intention is a source of its destination, which goes with its last one', () => {
    put('a', 'db', { Action: 'allow' });
    put('b', 'db', { Action: 'deny', Description: 'no b' });
    expect(entry('db')).toMatchObject({
      Sources: [
        { Name: 'a', Action: 'allow', Precedence: 9 },
        { Name: 'b', Action: 'deny', Description: 'no b' },
      ],
    });
    drop('a', 'db');
    expect(entry('db')).toMatchObject({ Sources: [{ Name: 'b' }] });
    drop('b', 'db');
    expect(entry('db')).toBeUndefined();
  });

  it('writes that change nothing take no index and wake nobody', () => {
    put('a', 'db', { Action: 'allow' });
    const woken = watch('intention.list', {});
    const before = dc.lastIndex;
    put('a', 'db', { Action: 'allow' });
    drop('nobody', 'db');
    drop('a', 'nothing');
    expect([dc.lastIndex, woken()]).toEqual([before, 0]);
  });

  it('metadata may be said again as it stands, and not otherwise', () => {
    const Sources = [{ Name: 'a', Action: 'deny' }];
    const whole = { Kind: 'service-intentions', Name: 'db', Sources, Meta: { team: 'red' } };
    dc.write('config.apply', { entry: whole });
    expect(put('a', 'db', { Action: 'allow', Meta: { team: 'red' } })).toBe(true);
    expect(() => put('a', 'db', { Action: 'allow', Meta: { team: 'blue' } })).toThrow(
      'Meta must not be specified, or should be unchanged during an update.',
    );
    // It is the entry's, so it does not matter which of its intentions is written.
    expect(put('b', 'db', { Action: 'allow', Meta: { team: 'red' } })).toBe(true);
    expect(() => put('c', 'db', { Action: 'allow', Meta: { team: 'blue' } })).toThrow(
      'Meta must not be specified, or should be unchanged during an update.',
    );
  });

  it("leaves a peer's source of the same name alone", () => {
    const Sources = [
      { Name: 'a', Peer: 'east', Action: 'deny' },
      { Name: 'a', Action: 'deny' },
    ];
    dc.write('config.apply', { entry: { Kind: 'service-intentions', Name: 'db', Sources } });
    put('a', 'db', { Action: 'allow' });
    expect(dc.read('intention.exact', { source: 'a', destination: 'db' })).toMatchObject({
      Action: 'allow',
    });
    drop('a', 'db');
    expect(entry('db')).toMatchObject({ Sources: [{ Peer: 'east', Action: 'deny' }] });
  });

  it.each<[IntentionInput, string, string]>([
    [{ Action: 'maybe' }, 'db', "Sources[0].Action must be set to 'allow' or 'deny'"],
    [{ Action: 'allow', Meta: { a: 'b' } }, 'db', 'Meta must not be specified'],
    [{ Action: 'allow' }, 'd*b', "Name: wildcard character '*' cannot be used with partial values"],
    [
      { Action: 'allow', SourcePeer: 'east' },
      'db',
      'SourcePeer field is not supported on this endpoint. Use config entries instead',
    ],
    [
      { Permissions: [{ Action: 'allow', HTTP: { PathPrefix: '/' } }] },
      'db',
      'service "db" has protocol "tcp", which is incompatible with L7 intentions permissions',
    ],
  ])('%j to %s is refused', (intention, destination, message) => {
    expect(() => put('a', destination, intention)).toThrow(message);
    expect(dc.read('intention.list', {})).toEqual([]);
  });
});

describe('by ID', () => {
  it("is created, changed and removed; its times are the datacenter's", () => {
    const id = create('a', 'db', { Meta: { team: 'red' } });
    const created = dc.read('intention.get', { id })!;
    expect(created).toMatchObject({ ID: id, Meta: { team: 'red' }, CreatedAt: created.UpdatedAt });
    dc.now += 60_000;
    const intention = { SourceName: 'b', DestinationName: 'db', Action: 'deny' };
    dc.write('intention.apply', { op: 'update-by-id', id, intention });
    const changed = dc.read('intention.get', { id })!;
    expect(changed).toMatchObject({ SourceName: 'b', CreatedAt: created.CreatedAt });
    expect([changed.UpdatedAt === created.UpdatedAt, changed.Meta]).toEqual([false, undefined]);
    dc.write('intention.apply', { op: 'delete-by-id', id });
    expect([dc.read('intention.get', { id }), entry('db')]).toEqual([undefined, undefined]);
  });

  it('whoever waits for an ID is woken when it appears', () => {
    const id = '00000000-0000-4000-8000-000000000009';
    const woken = watch('intention.get', { id });
    create('a', 'db');
    expect(woken()).toBe(1);
  });

  it('ends with the first write by name', () => {
    const id = create('a', 'db');
    create('b', 'db');
    put('a', 'db', { Action: 'deny' });
    expect(dc.read('intention.get', { id })).toBeUndefined();
    expect(() => create('c', 'db')).toThrow(
      'cannot use legacy intention API to edit intentions with a destination of "db"',
    );
  });

  it.each<[string, () => unknown, string]>([
    [
      'a second of the pair',
      () => (create('a', 'db'), create('a', 'db')),
      'Sources[1] defines "a" more than once',
    ],
    [
      'everything at once',
      () => create('a*', '*b', { Action: 'x', SourceType: 'robot' }),
      '4 errors occurred',
    ],
    [
      'an unknown ID',
      () => dc.write('intention.apply', { op: 'delete-by-id', id: '0'.repeat(36) }),
      `Cannot delete non-existent intention: '${'0'.repeat(36)}'`,
    ],
    [
      'what is no ID',
      () => dc.write('intention.apply', { op: 'delete-by-id', id: 'x' }),
      'Intention lookup failed: failed config entry lookup: index error: UUID must be 36 characters',
    ],
    [
      'another destination',
      () => {
        const id = create('a', 'db');
        const intention = { SourceName: 'a', DestinationName: 'x', Action: 'allow' };
        return dc.write('intention.apply', { op: 'update-by-id', id, intention });
      },
      'Cannot modify Destination partition/namespace/name for an intention once it exists.',
    ],
  ])('%s is refused', (_name, work, message) => {
    expect(work).toThrow(message);
  });
});

describe('which one decides', () => {
  beforeEach(() => {
    put('*', '*', { Action: 'deny' });
    put('*', 'db', { Action: 'allow' });
    put('web', '*', { Action: 'allow' });
    put('web', 'db', { Action: 'deny' });
    put('api', 'cache', { Action: 'allow' });
  });

  it('the list goes from the most to the least specific, then by names', () => {
    expect(brief(dc.read('intention.list', {})!)).toEqual([
      'api > cache 9',
      'web > db 9',
      '* > db 8',
      'web > * 6',
      '* > * 5',
    ]);
  });

  it.each([
    ['destination', 'db', ['web > db 9', '* > db 8', 'web > * 6', '* > * 5']],
    ['destination', 'nothing', ['web > * 6', '* > * 5']],
    ['destination', '*', ['web > * 6', '* > * 5']],
    ['source', 'web', ['web > db 9', '* > db 8', 'web > * 6', '* > * 5']],
    ['source', 'nobody', ['* > db 8', '* > * 5']],
  ] as const)('match by %s %s', (by, name, expected) => {
    expect(dc.read('intention.match', { by, names: [name] })!.map(brief)).toEqual([expected]);
  });

  it.each([
    ['web', 'db', false],
    ['other', 'db', true],
    ['web', 'any', true],
    ['other', 'any', false],
  ])('%s to %s', (source, destination, Allowed) => {
    expect(dc.read('intention.check', { source, destination })).toEqual({ Allowed });
  });

  it('without any, the default of the datacenter', () => {
    const pair = { source: 'a', destination: 'b' };
    expect(new DatacenterFixture().read('intention.check', pair)).toEqual({ Allowed: true });
    const strict = new DatacenterFixture({ intentionDefault: 'deny' });
    expect(strict.read('intention.check', pair)).toEqual({ Allowed: false });
  });

  it('the destination is taken as it is spelled', () => {
    put('*', 'New', { Action: 'allow' });
    const check = (destination: string) => dc.read('intention.check', { source: 'x', destination });
    expect([check('New'), check('new')]).toEqual([{ Allowed: true }, { Allowed: false }]);
  });

  it('permissions count as denied: a connection knows no requests', () => {
    dc.write('config.apply', { entry: { Kind: 'service-defaults', Name: 'p', Protocol: 'http' } });
    put('web', 'p', { Permissions: [{ Action: 'allow', HTTP: { PathPrefix: '/' } }] });
    expect(dc.read('intention.check', { source: 'web', destination: 'p' })).toEqual({
      Allowed: false,
    });
  });
});
