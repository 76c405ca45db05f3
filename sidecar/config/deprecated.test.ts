import { expect, it } from 'vitest';
import { load, loadObject } from './testing/fake-config-host.ts';

const RENAMED = "field is deprecated. Use the '";

it.each([
  [{ acl_token: 'x' }, { acl: { tokens: { default: 'x' } } }, ['acl_token', 'acl.tokens.default']],
  [
    { acl_agent_token: 'x' },
    { acl: { tokens: { agent: 'x' } } },
    ['acl_agent_token', 'acl.tokens.agent'],
  ],
  [
    { acl_master_token: 'x' },
    { acl: { tokens: { initialManagement: 'x' } } },
    ['acl_master_token', 'acl.tokens.initial_management'],
  ],
  [
    { acl: { tokens: { master: 'x' } } },
    { acl: { tokens: { initialManagement: 'x' } } },
    ['acl.tokens.master', 'acl.tokens.initial_management'],
  ],
  [
    { acl: { tokens: { agent_master: 'x' } } },
    { acl: { tokens: { agentRecovery: 'x' } } },
    ['acl.tokens.agent_master', 'acl.tokens.agent_recovery'],
  ],
  [
    { acl_datacenter: 'dc2' },
    { primaryDatacenter: 'dc2', acl: { enabled: true } },
    ['acl_datacenter', 'primary_datacenter'],
  ],
  [
    { acl_replication_token: 'x' },
    { acl: { enableTokenReplication: true, tokens: { replication: 'x' } } },
    ['acl_replication_token', 'acl.tokens.replication'],
  ],
  [
    { acl_default_policy: 'deny' },
    { acl: { defaultPolicy: 'deny' } },
    ['acl_default_policy', 'acl.default_policy'],
  ],
  [{ acl_ttl: '5s' }, { acl: { tokenTTLMs: 5000 } }, ['acl_ttl', 'acl.token_ttl']],
  [
    { ca_file: '/ca' },
    { tls: { https: { caFile: '/ca' }, internalRPC: { caFile: '/ca' } } },
    ['ca_file', 'tls.defaults.ca_file'],
  ],
  [
    { verify_incoming_https: true },
    { tls: { https: { verifyIncoming: true }, grpc: { verifyIncoming: false } } },
    ['verify_incoming_https', 'tls.https.verify_incoming'],
  ],
  [
    { verify_incoming: true },
    { tls: { https: { verifyIncoming: true }, grpc: { verifyIncoming: false } } },
    ['verify_incoming', 'tls.defaults.verify_incoming'],
  ],
  [
    { verify_server_hostname: true },
    { tls: { internalRPC: { verifyServerHostname: true, verifyOutgoing: true } } },
    ['verify_server_hostname', 'tls.internal_rpc.verify_server_hostname'],
  ],
  [
    { start_join: ['a'], retry_join: ['b'] },
    { gossipLAN: { retryJoin: ['b', 'a'] } },
    ['start_join', 'retry_join'],
  ],
  [{ ui: true }, { ui: { enabled: true } }, ['ui', 'ui_config.enabled']],
  [{ ui_dir: '/u' }, { ui: { dir: '/u' } }, ['ui_dir', 'ui_config.dir']],
])('%j', (config, expected, [from, to]) => {
  const { config: loaded, warnings } = load({ files: { 'a.json': JSON.stringify(config) } });
  expect(loaded).toMatchObject(expected);
  expect(warnings).toEqual([`The '${from}' ${RENAMED}${to}' field instead.`]);
});

it('the new spelling wins within one file', () => {
  const config = loadObject({ acl_token: 'old', acl: { tokens: { default: 'new' } } });
  expect(config.acl.tokens.default).toBe('new');
});

it.each([
  [{ tls_min_version: 'tls12' }, { tls: { https: { minVersion: 'TLSv1_2' } } }],
  [{ tls_min_version: 'TLSv1_3' }, { tls: { https: { minVersion: 'TLSv1_3' } } }],
  [{ raft_boltdb: { no_freelist_sync: true } }, {}],
  [{ tls_prefer_server_cipher_suites: true }, {}],
  [{ acl_enforce_version_8: 'whatever' }, {}],
])('%j is taken with a warning', (config, expected) => {
  const { config: loaded, warnings } = load({ files: { 'a.json': JSON.stringify(config) } });
  expect(loaded).toMatchObject(expected);
  expect(warnings.join()).toContain('deprecated');
});
