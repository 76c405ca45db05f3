import { BUILTIN_PROVIDER, NOT_BUILT_PROVIDERS } from '../../../protocol/ca-providers.ts';
import type { ACLConfig, ConnectConfig } from '../agent-config-security.ts';
import type { BuildContext } from './build-context.ts';

/** Defaults: agent/config/default.go, acl. */
export function buildACL(context: BuildContext): ACLConfig {
  const acl = context.raw.acl ?? {};
  const tokens = acl.tokens ?? {};
  return {
    enabled: acl.enabled ?? false,
    defaultPolicy: context.oneOf(
      'acl.default_policy',
      acl.default_policy,
      ['allow', 'deny'],
      'allow',
      (value) => `unexpected ACL default policy value of "${value}"`,
    ),
    downPolicy: context.oneOf(
      'acl.down_policy',
      acl.down_policy,
      ['extend-cache', 'async-cache', 'allow', 'deny'],
      'extend-cache',
      (value) => `invalid down policy "${value}"`,
    ),
    policyTTLMs: context.ms(acl.policy_ttl, '30s'),
    roleTTLMs: context.ms(acl.role_ttl),
    tokenTTLMs: context.ms(acl.token_ttl, '30s'),
    enableKeyListPolicy: acl.enable_key_list_policy ?? false,
    enableTokenReplication: acl.enable_token_replication ?? false,
    enableTokenPersistence: acl.enable_token_persistence ?? false,
    tokens: {
      initialManagement: tokens.initial_management ?? '',
      default: tokens.default ?? '',
      agent: tokens.agent ?? '',
      agentRecovery: tokens.agent_recovery ?? '',
      replication: tokens.replication ?? '',
      configFileServiceRegistration: tokens.config_file_service_registration ?? '',
      dns: tokens.dns ?? '',
    },
  };
}

/** The HTTP API's spelling of the keys of `ca_config`, which files write in snake case. */
const CA_CONFIG_KEYS: Readonly<Record<string, string>> = {
  private_key: 'PrivateKey',
  root_cert: 'RootCert',
  intermediate_cert_ttl: 'IntermediateCertTTL',
  address: 'Address',
  token: 'Token',
  root_pki_path: 'RootPKIPath',
  root_pki_namespace: 'RootPKINamespace',
  intermediate_pki_path: 'IntermediatePKIPath',
  intermediate_pki_namespace: 'IntermediatePKINamespace',
  ca_file: 'CAFile',
  ca_path: 'CAPath',
  cert_file: 'CertFile',
  key_file: 'KeyFile',
  tls_server_name: 'TLSServerName',
  tls_skip_verify: 'TLSSkipVerify',
  existing_arn: 'ExistingARN',
  delete_on_exit: 'DeleteOnExit',
  leaf_cert_ttl: 'LeafCertTTL',
  csr_max_per_second: 'CSRMaxPerSecond',
  csr_max_concurrent: 'CSRMaxConcurrent',
  private_key_type: 'PrivateKeyType',
  private_key_bits: 'PrivateKeyBits',
  root_cert_ttl: 'RootCertTTL',
};

export function buildConnect(context: BuildContext): ConnectConfig {
  const connect = context.raw.connect ?? {};
  const provider = connect.ca_provider ?? '';
  if (NOT_BUILT_PROVIDERS.has(provider)) {
    const problem = `the CA provider ${provider} is not built`;
    context.fail('connect.ca_provider', problem, 'use consul, the built-in one');
  } else if (provider !== '' && provider !== BUILTIN_PROVIDER) {
    context.fail('connect.ca_provider', `${provider} is not a valid CA provider`);
  }
  const caConfig = Object.entries(connect.ca_config ?? {}).map(([key, value]) => [
    CA_CONFIG_KEYS[key.toLowerCase()] ?? key,
    value,
  ]);
  if (context.raw.auto_config?.enabled === true) {
    const hint = 'give the agent edge_url and edge_token';
    context.fail('auto_config.enabled', 'auto_config is not built', hint);
  }
  if (context.raw.auto_config?.authorization?.enabled === true && context.raw.server !== true) {
    const key = 'auto_config.authorization.enabled';
    context.fail(key, `${key} cannot be set to true for client agents`);
  }
  return {
    enabled: connect.enabled ?? true,
    caProvider: provider,
    caConfig: Object.fromEntries(caConfig),
  };
}
