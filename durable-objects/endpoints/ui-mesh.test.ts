import { beforeEach, describe, expect, it } from 'vitest';
import type { NodeService } from '../../protocol/types/catalog.ts';
import type { TopologyLink } from '../../protocol/types/ui.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

let dc: DatacenterFixture;

/** A service with a sidecar on a node of its own. */
function mesh(name: string, more: { mode?: string; upstreams?: string[] } = {}): void {
  const Upstreams = (more.upstreams ?? []).map((DestinationName, at) => {
    return { DestinationName, LocalBindPort: 9000 + at };
  });
  const Proxy = { DestinationServiceName: name, Mode: more.mode ?? '', Upstreams };
  const node = { Node: `node-${name}`, Address: '10.0.0.1' };
  const sidecar = { ID: `${name}-proxy`, Service: `${name}-proxy`, Kind: 'connect-proxy', Port: 2 };
  for (const Service of [
    { ID: name, Service: name, Port: 1 },
    { ...sidecar, Proxy },
  ]) {
    dc.register({ ...node, Service: Service as unknown as NodeService });
  }
}

const deny = (source: string, destination: string, Action = 'deny'): unknown =>
  dc.write('intention.apply', { op: 'put', source, destination, intention: { Action } });
const apply = (entry: object): unknown => dc.write('config.apply', { entry });

/** Name, why it is shown, and whether it may connect. */
const brief = (links: readonly TopologyLink[]): [string, string, boolean][] =>
  links.map(({ Name, Source, Intention }) => [Name, Source, Intention.Allowed]);
function topology(service: string, kind: '' | 'ingress-gateway' = '') {
  const read = dc.read('internal.service-topology', { service, kind })!;
  return { up: brief(read.Upstreams), down: brief(read.Downstreams) };
}

beforeEach(() => {
  dc = new DatacenterFixture();
});

describe('the topology of a service', () => {
  it('is what proxies are told, with what intentions make of it', () => {
    mesh('web', { upstreams: ['db', 'absent'] });
    mesh('db');
    expect(topology('web')).toEqual({ up: [['db', 'proxy-registration', true]], down: [] });
    expect(topology('db')).toEqual({ up: [], down: [['web', 'proxy-registration', true]] });
    deny('web', 'db');
    expect(topology('db').down).toEqual([['web', 'proxy-registration', false]]);
    const [{ Intention }] = dc.read('internal.service-topology', { service: 'web', kind: '' })!
      .Upstreams as [TopologyLink];
    expect(Intention).toMatchObject({ HasExact: true, DefaultAllow: true });
  });

  it('of a transparent proxy it is all that intentions allow', () => {
    for (const name of ['web', 'db', 'api']) mesh(name, { mode: 'transparent' });
    const [both, other] = ['default-allow', 'specific-intention'] as const;
    expect(topology('web').up).toEqual([
      ['api', both, true],
      ['db', both, true],
    ]);
    deny('web', 'db', 'allow');
    deny('*', '*');
    expect(topology('web')).toEqual({ up: [['db', other, true]], down: [] });
    expect(topology('db')).toEqual({ up: [], down: [['web', other, true]] });
  });

  it('a wildcard lets in where nothing else does', () => {
    dc = new DatacenterFixture({ intentionDefault: 'deny' });
    for (const name of ['web', 'db']) mesh(name, { mode: 'transparent' });
    expect(topology('web')).toEqual({ up: [], down: [] });
    deny('*', 'db', 'allow');
    expect(topology('web').up).toEqual([['db', 'wildcard-intention', true]]);
  });

  it('a name that only routing knows is shown as such, and leads on', () => {
    mesh('web', { upstreams: ['moved'] });
    mesh('db');
    apply({ Kind: 'service-resolver', Name: 'moved', Redirect: { Service: 'db' } });
    expect(topology('web').up).toEqual([['moved', 'routing-config', true]]);
    expect(topology('db').down).toEqual([['web', 'proxy-registration', true]]);
  });

  it('an ingress gateway has those behind it', () => {
    mesh('db');
    const Listeners = [{ Port: 8080, Protocol: 'tcp', Services: [{ Name: 'db' }] }];
    apply({ Kind: 'ingress-gateway', Name: 'front', Listeners });
    expect(topology('front', 'ingress-gateway').up).toEqual([['db', 'proxy-registration', true]]);
    expect(topology('db').down).toEqual([['front', 'proxy-registration', true]]);
  });
});

describe('the intentions towards a gateway', () => {
  it('are those of all services behind it, each once', () => {
    apply({
      Kind: 'terminating-gateway',
      Name: 'exit',
      Services: [{ Name: 'db' }, { Name: 'billing' }],
    });
    deny('web', 'db');
    deny('web', 'billing');
    deny('web', 'other');
    deny('*', '*');
    const list = dc.read('internal.gateway-intentions', { gateway: 'exit' })!;
    const pairs = list.map((one) => `${one.SourceName} > ${one.DestinationName}`);
    expect(pairs.toSorted()).toEqual(['* > *', 'web > billing', 'web > db']);
    expect(dc.read('internal.gateway-intentions', { gateway: 'absent' })).toEqual([]);
  });
});
