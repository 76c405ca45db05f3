import { describe, expect, it } from 'vitest';
import { renderProxy } from './proxy-view.ts';

const zeros = {
  DestinationServiceName: 'a',
  LocalServicePort: 0,
  Mode: '',
  Config: {},
  Upstreams: [{ DestinationName: 'db', LocalBindPort: 9000, MeshGateway: { Mode: '' } }],
  MeshGateway: { Mode: '' },
  Expose: { Checks: false, Paths: [{ ListenerPort: 1, Path: '/h', LocalPathPort: 0 }] },
  TransparentProxy: { OutboundListenerPort: 0, DialedDirectly: false },
  AccessLogs: { Enabled: false, Type: '', Path: '' },
  EnvoyExtensions: [{ Name: 'builtin/lua' }],
};

describe('the settings of a proxy at the agent', () => {
  it('leave out what is empty, at every depth, but for what Go renders', () => {
    expect(renderProxy(zeros)).toEqual({
      DestinationServiceName: 'a',
      Upstreams: [{ DestinationName: 'db', LocalBindPort: 9000, MeshGateway: {} }],
      MeshGateway: {},
      Expose: { Paths: [{ ListenerPort: 1, Path: '/h', ParsedFromCheck: false }] },
    });
    expect(renderProxy({})).toEqual({ Expose: {} });
  });

  it('keep what somebody chose, and the user’s own as it was written', () => {
    const chosen = {
      Config: { a: 0, b: '', c: { d: null } },
      MeshGateway: { Mode: 'local' },
      Expose: { Checks: true, Paths: [] },
      TransparentProxy: { OutboundListenerPort: 5, DialedDirectly: false },
      AccessLogs: { Enabled: true, Type: '' },
    };
    expect(renderProxy(chosen)).toEqual({
      ...chosen,
      Expose: { Checks: true },
      TransparentProxy: { OutboundListenerPort: 5 },
      AccessLogs: { Enabled: true },
    });
  });

  it('do not say which upstreams come from central configuration', () => {
    expect(
      renderProxy({ Upstreams: [{ DestinationName: 'db', CentrallyConfigured: true }] }),
    ).toMatchObject({ Upstreams: [{ DestinationName: 'db' }] });
    expect(
      JSON.stringify(renderProxy({ Upstreams: [{ CentrallyConfigured: true }] })),
    ).not.toContain('Centrally');
  });
});
