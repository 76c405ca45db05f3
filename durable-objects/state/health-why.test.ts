import { beforeEach, describe, expect, it } from 'vitest';
import type { HealthCheck } from '../../protocol/types/catalog.ts';
import type { HealthReason, HealthWhy, InstanceVerdict } from '../../protocol/types/health-why.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import { linkClosedTxn } from './node-health.ts';

let dc: DatacenterFixture;

beforeEach(() => {
  dc = new DatacenterFixture();
  dc.now = Date.parse('2026-11-28T10:00:00Z');
});

const register = (rest: object = {}, checks: Partial<HealthCheck>[] = []): void =>
  dc.register({
    Node: 'n1',
    Address: '10.0.0.1',
    Service: { ID: 'web-1', Service: 'web', Port: 80, ...rest },
    Checks: checks.map((check) => ({ Name: check.CheckID ?? '', ...check })),
  });
const why = (service = 'web'): HealthWhy => dc.read('health.why', { service })!;
const verdict = (): InstanceVerdict => why().Instances[0]!;
const codes = (): string[] => verdict().Reasons.map(({ Code }) => Code);
const check = (CheckID: string, Status: HealthCheck['Status'], rest = {}) => ({
  CheckID,
  Status,
  ServiceID: 'web-1',
  ...rest,
});
const ALIVE = { CheckID: 'serfHealth', Name: 'Serf Health Status', Status: 'passing' as const };

describe('an instance is in', () => {
  it('when everything passes, with nothing to say', () => {
    register({ Weights: { Passing: 5, Warning: 2 } }, [ALIVE, check('http', 'passing')]);
    expect(why()).toEqual({
      Service: 'web',
      Instances: [
        {
          Node: 'n1',
          ServiceID: 'web-1',
          Address: '10.0.0.1',
          Port: 80,
          Passing: true,
          InDNS: true,
          Weight: 5,
          Reasons: [],
        },
      ],
      LastRemoved: [],
    });
  });

  it('though nobody reports for it, until the policy ends that', () => {
    register({ Address: '10.0.0.9' });
    expect(verdict()).toMatchObject({
      Address: '10.0.0.9',
      Passing: true,
      Reasons: [{ Code: 'unreported', Text: expect.stringContaining('until somebody') as string }],
    });
  });

  it("though its agent's link is down, for as long as it may come back", () => {
    register({}, [ALIVE]);
    dc.state.batch(() => dc.state.writer.write('test', (tx) => linkClosedTxn(tx, 'n1')));
    expect(verdict()).toMatchObject({
      Passing: true,
      Reasons: [{ Code: 'agent-silent', At: '2026-11-28T10:00:30.000Z' }],
    });
  });
});

describe('an instance is out', () => {
  it('of ?passing with a warning, but not of DNS', () => {
    register({ Weights: { Passing: 1, Warning: 0 } }, [check('disk', 'warning')]);
    expect(verdict()).toMatchObject({ Passing: false, InDNS: true, Weight: 0 });
    expect(codes()).toEqual(['check-warning', 'weight-zero']);
  });

  it('of both with a critical check, which says what it found and since when', () => {
    const Output = 'x'.repeat(1000);
    register({}, [ALIVE, check('http', 'critical', { Output }), check('tcp', 'passing')]);
    expect(verdict()).toMatchObject({ Passing: false, InDNS: false, Weight: 0 });
    expect(verdict().Reasons).toEqual<HealthReason[]>([
      {
        Code: 'check-critical',
        Text: 'check "http" of the instance is critical',
        CheckID: 'http',
        Status: 'critical',
        Output: 'x'.repeat(300),
        At: '2026-11-28T10:00:00.000Z',
      },
    ]);
  });

  it.each<[string, Partial<HealthCheck>, string]>([
    [
      'node-maintenance',
      { CheckID: '_node_maintenance', Notes: 'new disks' },
      'node n1 is in maintenance: new disks',
    ],
    [
      'service-maintenance',
      { CheckID: '_service_maintenance:web-1', ServiceID: 'web-1' },
      'it is in maintenance',
    ],
    ['agent-lost', { CheckID: 'serfHealth' }, 'the agent of node n1 is lost'],
    ['check-critical', { CheckID: 'ping' }, 'check "ping" of node n1 is critical'],
  ])('%s', (code, given, text) => {
    register({}, [{ Status: 'critical', ...given }]);
    expect(verdict().Reasons).toMatchObject([{ Code: code, Text: text, Status: 'critical' }]);
  });
});

describe('a name without instances', () => {
  it('tells who removed the last of them', () => {
    expect(why()).toEqual({ Service: 'web', Instances: [], LastRemoved: [] });
    register();
    dc.now += 1000;
    dc.write('catalog.deregister', { Node: 'n1', ServiceID: 'web-1' });
    expect(why('WEB').LastRemoved).toEqual([
      { Node: 'n1', ServiceID: 'web-1', At: '2026-11-28T10:00:01.000Z', By: 'test' },
    ]);
    register();
    expect(why().LastRemoved).toEqual([]);
  });
});
