import { beforeEach, describe, expect, it } from 'vitest';
import type { NodeService } from '../../protocol/types/catalog.ts';
import type { ServiceUsage } from '../../protocol/types/operator.ts';
import { DatacenterState } from '../datacenter-state.ts';
import { createNodeStorage } from '../testing/node-storage.ts';

let state: DatacenterState;

beforeEach(() => {
  let uuids = 0;
  const clock = { now: () => 1_000_000, newUUID: () => `uuid-${++uuids}` };
  state = new DatacenterState(createNodeStorage(), 'dc1', clock);
});

function call(method: string, args: unknown) {
  const reply = state.callAlone({ method, args, token: '', actor: 'test' });
  expect(reply.code).toBeUndefined();
  return reply;
}

function register(Service: Partial<NodeService>, Node = 'foobar'): void {
  call('catalog.register', { Node, Address: '192.168.10.10', Service });
}

const usage = (): ServiceUsage => JSON.parse(call('operator.usage', {}).body) as ServiceUsage;

describe('usage', () => {
  it('of an empty datacenter is nothing, with every kind named', () => {
    expect(usage()).toEqual({
      Services: 0,
      ServiceInstances: 0,
      ConnectServiceInstances: {
        'api-gateway': 0,
        'connect-native': 0,
        'connect-proxy': 0,
        'ingress-gateway': 0,
        'mesh-gateway': 0,
        'terminating-gateway': 0,
      },
      BillableServiceInstances: 0,
      Nodes: 0,
    });
  });

  it('counts as Consul does: names, instances, kinds; servers are not billable', () => {
    register({ ID: 'consul', Service: 'consul', Port: 8300 }, 'n1');
    register({ ID: 'redis1', Service: 'redis', Port: 8000 });
    register({ ID: 'redis2', Service: 'redis', Port: 8001 });
    register({
      Kind: 'connect-proxy',
      ID: 'proxy1',
      Service: 'proxy',
      Port: 9000,
      Proxy: { DestinationServiceName: 'foo' },
    } as never);
    register({ ID: 'web-native', Service: 'web', Port: 8002, Connect: { Native: true } } as never);
    expect(usage()).toMatchObject({
      Services: 4,
      ServiceInstances: 5,
      ConnectServiceInstances: { 'connect-native': 1, 'connect-proxy': 1, 'mesh-gateway': 0 },
      BillableServiceInstances: 3,
      Nodes: 2,
    });
  });

  it('has a later index after what it counts changed, and only then', () => {
    register({ ID: 'web', Service: 'web', Port: 80 });
    const index = () => call('operator.usage', {}).index;
    let last = index();
    const moves = (change: () => void): boolean => {
      change();
      const before = last;
      last = index();
      return last > before;
    };
    expect(moves(() => call('kv.apply', { verb: 'set', key: 'a', value: '' }))).toBe(false);
    expect(moves(() => register({ ID: 'web', Service: 'web', Port: 81 }))).toBe(false);
    expect(moves(() => register({ ID: 'web-2', Service: 'web' }))).toBe(true);
    expect(
      moves(() =>
        register({ ID: 'web', Service: 'web', Port: 81, Connect: { Native: true } } as never),
      ),
    ).toBe(true);
    expect(moves(() => call('catalog.register', { Node: 'n2', Address: '10.0.0.1' }))).toBe(true);
    expect(moves(() => call('catalog.deregister', { Node: 'foobar', ServiceID: 'web-2' }))).toBe(
      true,
    );
  });
});
