import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DatacenterRecord } from '../protocol/types/datacenters.ts';
import { Datacenters, type DatacentersEnv, type FoundedObject } from './datacenters.ts';

/** Objects that were called, as `namespace/name@hint method`. */
let calls: string[];
let listed: DatacenterRecord[];
let isFederationLost: boolean;
let foundFails: boolean;
let destroyFails: boolean;
let kept: DatacenterRecord[];

const record = (Name: string, Location = '', Jurisdiction = ''): DatacenterRecord => ({
  Name,
  Location,
  Jurisdiction,
  CreatedAt: '',
});

function namespace(label: string): object {
  return {
    jurisdiction: (name: string) => namespace(`${label}[${name}]`),
    idFromName: (name: string) => name,
    get(name: string, { locationHint = '' } = {}) {
      const log = (method: string): void =>
        void calls.push(`${label}/${name}${locationHint && `@${locationHint}`} ${method}`);
      return {
        async found() {
          log('found');
          if (foundFails) throw new Error('no such place');
        },
        destroy: async () => {
          if (destroyFails) throw new Error('the object is away');
          log('destroy');
        },
        keptDatacenters: async () => kept,
        keepDatacenters: async (records: DatacenterRecord[]) => (kept = records),
      };
    },
  };
}

const federation = {
  idFromName: () => 'id',
  get: () => ({
    async list() {
      calls.push('list');
      if (isFederationLost) throw new Error('lost');
      return listed;
    },
    async add(added: DatacenterRecord) {
      if (isFederationLost) throw new Error('lost');
      const isNew = !listed.some(({ Name }) => Name === added.Name);
      if (isNew) listed = [...listed, added];
      return { index: 0, body: String(isNew) };
    },
    async remove(name: string) {
      listed = listed.filter(({ Name }) => Name !== name);
    },
  }),
};

const open = (): Datacenters<FoundedObject> =>
  new Datacenters({
    DATACENTER: 'dc1',
    DATACENTER_OBJECTS: namespace('dc'),
    FEDERATION_OBJECTS: federation,
  } as unknown as DatacentersEnv<FoundedObject>);

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  listed = [record('dc2')];
  kept = [];
  isFederationLost = false;
  foundFails = false;
  destroyFails = false;
});
afterEach(() => vi.useRealTimers());

describe('a datacenter', () => {
  it.each(['', 'dc1'])('%j is the own one, for which nothing is asked', async (name) => {
    expect((await open().require(name)).Name).toBe('dc1');
    expect(calls).toEqual([]);
  });

  it('that is listed is found, and the list asked for once', async () => {
    const datacenters = open();
    for (let i = 0; i < 10; i++) expect((await datacenters.require('dc2')).Name).toBe('dc2');
    expect(calls).toEqual(['list']);
  });

  it('that nobody made is refused, at the price of one list a second', async () => {
    const datacenters = open();
    for (let i = 0; i < 10; i++)
      await expect(datacenters.require(`x${i}`)).rejects.toThrow('No path to datacenter');
    expect(calls).toEqual(['list']);
    listed = [record('x1')];
    vi.advanceTimersByTime(1_000);
    expect((await datacenters.require('x1')).Name).toBe('x1');
  });

  it('is made in its jurisdiction, near its location, and called there', async () => {
    const datacenters = open();
    await datacenters.create(record('dc3', 'weur', 'eu'));
    expect(calls[0]).toBe('dc[eu]/dc3@weur found');
    const { stub } = await datacenters.require('dc3');
    await stub.destroy();
    expect(calls.at(-1)).toBe('dc[eu]/dc3@weur destroy');
    expect(await datacenters.names()).toEqual(['dc1', 'dc2', 'dc3']);
  });

  it('that cannot be made is not listed', async () => {
    foundFails = true;
    await expect(open().create(record('dc3'))).rejects.toThrow('no such place');
    expect(await open().names()).toEqual(['dc1', 'dc2']);
    await expect(open().create(record('dc1'))).rejects.toThrow('the deployment itself');
  });

  it('that was there before stays listed, whatever becomes of making it once more', async () => {
    foundFails = true;
    await expect(open().create(record('dc2'))).rejects.toThrow('no such place');
    expect(await open().names()).toEqual(['dc1', 'dc2']);
  });

  it('that is removed loses its data before its line, so that a failure can be made good', async () => {
    const datacenters = open();
    destroyFails = true;
    await expect(datacenters.remove('dc2')).rejects.toThrow('is away');
    expect(await datacenters.names()).toEqual(['dc1', 'dc2']);
    destroyFails = false;
    calls = [];
    await datacenters.remove('dc2');
    expect(calls[0]).toBe('dc/dc2 destroy');
    await expect(datacenters.require('dc2')).rejects.toThrow('No path to datacenter');
  });
});

describe('without the Federation object', () => {
  it('an isolate goes on with what it knows, a new one with the copy, and nothing is made', async () => {
    const datacenters = open();
    await datacenters.create(record('dc3', 'weur'));
    isFederationLost = true;
    vi.advanceTimersByTime(60_000);
    expect((await datacenters.require('dc3')).Name).toBe('dc3');
    const cold = open();
    expect((await cold.require('dc3')).Location).toBe('weur');
    expect(await cold.names()).toEqual(['dc1', 'dc2', 'dc3']);
    await expect(cold.create(record('dc4'))).rejects.toThrow('lost');
  });
});
