import { expect, it } from 'vitest';
import { diffReloadable } from './diff-reloadable.ts';
import { loadObject } from './testing/fake-config-host.ts';

const base = { service: { name: 'a', port: 1 }, node_meta: { a: 'b' }, ports: { http: 8500 } };

it.each([
  [{}, []],
  [{ service: { name: 'a', port: 2 } }, [['services', true]]],
  [{ checks: [{ name: 'c', ttl: '1s' }] }, [['checks', true]]],
  [{ watches: [{ type: 'nodes', args: ['x'] }] }, [['watches', true]]],
  [
    { node_meta: { a: 'c', d: 'e' } },
    [
      ['nodeMeta.a', true],
      ['nodeMeta.d', true],
    ],
  ],
  [
    { log_level: 'debug', log_json: true },
    [
      ['log.level', true],
      ['log.json', false],
    ],
  ],
  [
    { dns_config: { node_ttl: '5s' }, domain: 'x.' },
    [
      ['dns.domain', false],
      ['dns.nodeTTLMs', true],
    ],
  ],
  [
    { acl: { enabled: true, tokens: { agent: 't' } } },
    [
      ['acl.enabled', false],
      ['acl.tokens.agent', true],
    ],
  ],
  [
    { ports: { http: 8501 } },
    [
      ['ports.http', false],
      ['listeners.http', false],
    ],
  ],
  [
    { limits: { http_max_conns_per_client: 5, kv_max_value_size: 5 } },
    [
      ['limits.httpMaxConnectionsPerClient', true],
      ['limits.kvMaxValueBytes', false],
    ],
  ],
  [
    { edge_url: 'https://x.example' },
    [
      ['controlPlane', false],
      ['edgeURL', false],
    ],
  ],
])('%j', (change, expected) => {
  const changes = diffReloadable(loadObject(base), loadObject({ ...base, ...change }));
  expect(changes.map(({ path, reloadable }) => [path, reloadable])).toEqual(expected);
});

it('names the key of the file', () => {
  const [change] = diffReloadable(loadObject({}), loadObject({ bind_addr: '127.0.0.2' }));
  expect(change).toEqual({ path: 'bindAddress', key: 'bind_addr', reloadable: false });
});
