import { beforeEach, describe, expect, it } from 'vitest';
import type { NodeReport } from '../../protocol/methods.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

let datacenter: DatacenterFixture;

beforeEach(() => {
  datacenter = new DatacenterFixture();
  datacenter.write('catalog.register', {
    Node: 'n1',
    Address: '10.0.0.1',
    Check: { CheckID: 'serfHealth', Name: 'Serf Health Status', Status: 'passing' },
  });
});

const report = (node: string, status: NodeReport) =>
  datacenter.write('node.report', { node, status });
const health = (): string => datacenter.read('health.node', { node: 'n1' })?.[0]?.Status ?? 'gone';
const lastIndex = (): number => datacenter.state.writer.lastIndex;

describe('failed', () => {
  it('turns serfHealth critical, whatever the case of the name', () => {
    report('N1', 'failed');
    expect(health()).toBe('critical');
  });

  it('does not while the node has a live link', () => {
    datacenter.link = 'live';
    report('n1', 'failed');
    expect(health()).toBe('passing');
  });

  it('does when the link has fallen silent', () => {
    datacenter.link = 'silent';
    report('n1', 'failed');
    expect(health()).toBe('critical');
  });

  it('said twice takes no second index', () => {
    report('n1', 'failed');
    const before = lastIndex();
    report('n1', 'failed');
    expect(lastIndex()).toBe(before);
  });

  it('of a node without an agent changes nothing', () => {
    datacenter.write('catalog.register', { Node: 'external', Address: '10.0.0.2' });
    const before = lastIndex();
    report('external', 'failed');
    report('unknown', 'failed');
    expect(lastIndex()).toBe(before);
  });
});

it('alive brings it back', () => {
  report('n1', 'failed');
  report('n1', 'alive');
  expect(health()).toBe('passing');
});

it('left takes the node out of the catalog', () => {
  report('n1', 'left');
  expect(health()).toBe('gone');
  expect(report('n1', 'left')).toBe(true);
});

it('another word is refused', () => {
  expect(() => report('n1', 'dead' as NodeReport)).toThrow('alive, failed, left');
});
