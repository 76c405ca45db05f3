import { beforeEach, describe, expect, it } from 'vitest';
import {
  DEFAULT_AUTOPILOT,
  type StoredAutopilotConfiguration,
} from '../../protocol/types/operator.ts';
import { DatacenterState } from '../datacenter-state.ts';
import { createNodeStorage } from '../testing/node-storage.ts';

let state: DatacenterState;

beforeEach(() => {
  const clock = { now: () => 1_000_000, newUUID: () => 'uuid' };
  state = new DatacenterState(createNodeStorage(), 'dc1', clock);
});

const call = (method: string, args: unknown) =>
  state.callAlone({ method, args, token: '', actor: 'test' });
const read = () => JSON.parse(call('autopilot.get', {}).body) as StoredAutopilotConfiguration;
const write = (args: object) => call('autopilot.set', args).body;

describe("Autopilot's configuration", () => {
  it("is Consul's until somebody writes one", () => {
    expect(read()).toEqual({ ...DEFAULT_AUTOPILOT, CreateIndex: 1, ModifyIndex: 1 });
  });

  it('is kept as it was written, with the index of the write', () => {
    const configuration = { ...DEFAULT_AUTOPILOT, MinQuorum: 3 };
    expect(write({ configuration })).toBe('true');
    expect(read()).toMatchObject({ MinQuorum: 3, CreateIndex: 1 });
    expect(read().ModifyIndex).toBe(call('autopilot.get', {}).index);
  });

  it('is written by cas only at the index that is held, and no index is taken otherwise', () => {
    const { ModifyIndex } = read();
    const configuration = { ...DEFAULT_AUTOPILOT, CleanupDeadServers: false };
    expect(write({ configuration, cas: ModifyIndex + 1 })).toBe('false');
    expect(read()).toMatchObject({ CleanupDeadServers: true, ModifyIndex });
    expect(write({ configuration, cas: ModifyIndex })).toBe('true');
    expect(write({ configuration, cas: ModifyIndex })).toBe('false');
    expect(read().CleanupDeadServers).toBe(false);
  });
});
