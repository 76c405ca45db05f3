import { describe, expect, it, vi } from 'vitest';
import type { ServiceUsage } from '../../../protocol/types/operator.ts';
import { ServerMetrics, type ServerMetricSources } from './server-metrics.ts';

const USAGE: ServiceUsage = {
  Services: 3,
  ServiceInstances: 5,
  ConnectServiceInstances: { 'connect-proxy': 2 },
  BillableServiceInstances: 4,
  Nodes: 7,
};
const member = (name: string, role: string, status = 'alive') => ({ name, status, tags: { role } });

function setUp(changes: Partial<ServerMetricSources> = {}) {
  const clock = { now: 0 };
  const readUsage = vi.fn(async () => USAGE);
  const members = [member('a', 'consul'), member('b', 'node'), member('c', 'node', 'failed')];
  const metrics = new ServerMetrics({
    datacenter: 'dc1',
    isServer: true,
    isConnected: () => true,
    cluster: { members: () => members } as never,
    readUsage,
    now: () => clock.now,
    ...changes,
  });
  const value = (name: string) => metrics.gauges().find(({ Name }) => Name === name)?.Value;
  return { metrics, value, readUsage, clock };
}

describe("a server's gauges", () => {
  it('count the members that live, and say whether the control plane is reached', () => {
    const { value } = setUp();
    expect(value('consul.members.servers')).toBe(1);
    expect(value('consul.members.clients')).toBe(1);
    expect(value('consul.autopilot.healthy')).toBe(1);
    expect(setUp({ isConnected: () => false }).value('consul.autopilot.healthy')).toBe(0);
  });

  it('show what the datacenter holds, asked for at most every ten seconds', async () => {
    const { metrics, value, readUsage, clock } = setUp();
    expect(value('consul.state.nodes')).toBeUndefined();
    await metrics.refresh();
    await metrics.refresh();
    expect(value('consul.state.nodes')).toBe(7);
    expect(value('consul.state.connect_instances')).toBe(2);
    expect(readUsage).toHaveBeenCalledTimes(1);
    clock.now = 10_000;
    await metrics.refresh();
    expect(readUsage).toHaveBeenCalledTimes(2);
  });

  it('show nothing old when the datacenter cannot be asked', async () => {
    const { metrics, value, readUsage, clock } = setUp();
    await metrics.refresh();
    clock.now = 10_000;
    readUsage.mockRejectedValueOnce(new Error('away'));
    await expect(metrics.refresh()).rejects.toThrow('away');
    expect(value('consul.state.nodes')).toBeUndefined();
  });

  it('are not those of a client, which asks nobody', async () => {
    const { metrics, readUsage } = setUp({ isServer: false });
    await metrics.refresh();
    expect(readUsage).not.toHaveBeenCalled();
    expect(metrics.gauges().map(({ Name }) => Name)).toEqual(['consul.version']);
  });
});
