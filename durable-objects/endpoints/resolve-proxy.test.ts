import { beforeEach, expect, it } from 'vitest';
import { ACL_DISABLED } from '../acl-settings.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

let dc: DatacenterFixture;

beforeEach(() => {
  dc = new DatacenterFixture();
});

const put = (entry: object): boolean => dc.write('config.apply', { entry });
const SIDECAR = {
  kind: 'connect-proxy',
  name: 'web-proxy',
  proxy: {
    DestinationServiceName: 'web',
    Config: { own: 1 },
    Upstreams: [{ DestinationName: 'db', LocalBindPort: 7000 }],
  },
};

it('answers with the registration while no entry says anything', () => {
  expect(dc.read('config.resolve-proxy', SIDECAR)).toMatchObject({
    DestinationServiceName: 'web',
    Config: { own: 1 },
  });
});

it('wakes for the entries that the proxy depends on, those that are absent included, and for no others', () => {
  const watcher = dc.watch('config.resolve-proxy', SIDECAR);
  const wakes = (write: () => unknown): number => {
    write();
    return watcher.take().length;
  };
  expect(wakes(() => put({ Kind: 'service-defaults', Name: 'other', Protocol: 'http' }))).toBe(0);
  expect(wakes(() => put({ Kind: 'service-defaults', Name: 'web', Protocol: 'http' }))).toBe(1);
  expect(wakes(() => put({ Kind: 'service-defaults', Name: 'db', Protocol: 'grpc' }))).toBe(1);
  expect(wakes(() => put({ Kind: 'proxy-defaults', Name: 'global', Config: { a: 1 } }))).toBe(1);
  expect(dc.read('config.resolve-proxy', SIDECAR)).toMatchObject({
    Config: { a: 1, own: 1, protocol: 'http' },
    Upstreams: [{ DestinationName: 'db', Config: { protocol: 'grpc' } }],
  });
  expect(wakes(() => dc.write('config.delete', { kind: 'service-defaults', name: 'web' }))).toBe(1);
});

it("an upstream that chooses no mesh gateway goes through its proxy's", () => {
  const proxy = { ...SIDECAR.proxy, MeshGateway: { Mode: 'local' } };
  expect(dc.read('config.resolve-proxy', { ...SIDECAR, proxy })).toMatchObject({
    Upstreams: [{ DestinationName: 'db', MeshGateway: { Mode: 'local' } }],
  });
});

it('takes the right to read the proxy', () => {
  const acl = { ...ACL_DISABLED, enabled: true, defaultPolicy: 'deny' } as const;
  const { state } = new DatacenterFixture({ acl });
  const request = { method: 'config.resolve-proxy', args: SIDECAR, token: '', actor: 'test' };
  expect(state.callAlone(request).code).toBe('forbidden');
});
