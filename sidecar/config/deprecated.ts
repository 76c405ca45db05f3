/**
 * Old spellings: their values move to the new place of the same source, unless that is set too.
 *
 * Source: agent/config/deprecated.go and builder.go (the `ui` keys), with Consul's warnings.
 */
import type { Diagnostics } from './diagnostics.ts';
import type { RawConfig } from './keys/agent-keys.ts';

/** Old key to new place. Order matters only in that the first to arrive stays. */
const MOVES: readonly (readonly [string, string])[] = [
  ['acl.tokens.agent_master', 'acl.tokens.agent_recovery'],
  ['acl_agent_master_token', 'acl.tokens.agent_recovery'],
  ['acl_agent_token', 'acl.tokens.agent'],
  ['acl_token', 'acl.tokens.default'],
  ['acl.tokens.master', 'acl.tokens.initial_management'],
  ['acl_master_token', 'acl.tokens.initial_management'],
  ['acl_replication_token', 'acl.tokens.replication'],
  ['enable_acl_replication', 'acl.enable_token_replication'],
  ['acl_datacenter', 'primary_datacenter'],
  ['acl_default_policy', 'acl.default_policy'],
  ['acl_down_policy', 'acl.down_policy'],
  ['acl_ttl', 'acl.token_ttl'],
  ['acl_enable_key_list_policy', 'acl.enable_key_list_policy'],
  ['ca_file', 'tls.defaults.ca_file'],
  ['ca_path', 'tls.defaults.ca_path'],
  ['cert_file', 'tls.defaults.cert_file'],
  ['key_file', 'tls.defaults.key_file'],
  ['tls_cipher_suites', 'tls.defaults.tls_cipher_suites'],
  ['tls_min_version', 'tls.defaults.tls_min_version'],
  ['verify_incoming', 'tls.defaults.verify_incoming'],
  ['verify_incoming_https', 'tls.https.verify_incoming'],
  ['verify_incoming_rpc', 'tls.internal_rpc.verify_incoming'],
  ['verify_outgoing', 'tls.defaults.verify_outgoing'],
  ['verify_server_hostname', 'tls.internal_rpc.verify_server_hostname'],
  ['ui', 'ui_config.enabled'],
  ['ui_dir', 'ui_config.dir'],
  ['ui_content_path', 'ui_config.content_path'],
];

/** Lists that are appended to the new one. */
const APPENDS: readonly (readonly [string, string])[] = [
  ['start_join', 'retry_join'],
  ['start_join_wan', 'retry_join_wan'],
];

interface Implication {
  readonly when: string;
  readonly set: string;
  readonly to: boolean;
  /** Also over a value that the new key has. */
  readonly force: boolean;
}

/** What sets something else by merely being there; looked at before the values move. */
const IMPLICATIONS: readonly Implication[] = [
  { when: 'acl_replication_token', set: 'acl.enable_token_replication', to: true, force: true },
  { when: 'acl_datacenter', set: 'acl.enabled', to: true, force: true },
  // Before Consul 1.12 the top-level key did not reach the gRPC port, so it still does not.
  { when: 'verify_incoming', set: 'tls.grpc.verify_incoming', to: false, force: false },
];

/** tls_min_version before Consul 1.12. */
const OLD_TLS_VERSIONS: Readonly<Record<string, string>> = {
  '': 'TLS_AUTO',
  tls10: 'TLSv1_0',
  tls11: 'TLSv1_1',
  tls12: 'TLSv1_2',
  tls13: 'TLSv1_3',
};

type Table = Record<string, unknown>;

/** Changes `config` in place: it is a freshly decoded source that nobody else holds. */
export function applyDeprecatedKeys(config: RawConfig, diagnostics: Diagnostics): void {
  const root = new DeprecatedKeys(config as Table, diagnostics);
  root.translateTLSVersion();
  for (const implication of IMPLICATIONS) root.imply(implication);
  for (const [from, to] of MOVES) root.move(from, to);
  for (const [from, to] of APPENDS) root.append(from, to);
  root.drop(
    'raft_boltdb',
    "The 'raft_boltdb' field is deprecated. Use the 'raft_logstore.boltdb' field instead.",
  );
  root.drop(
    'tls_prefer_server_cipher_suites',
    "The 'tls_prefer_server_cipher_suites' field is deprecated and will be ignored.",
  );
  root.drop(
    'acl_enforce_version_8',
    'config key "acl_enforce_version_8" is deprecated and should be removed',
  );
}

class DeprecatedKeys {
  readonly #root: Table;
  readonly #diagnostics: Diagnostics;

  constructor(root: Table, diagnostics: Diagnostics) {
    this.#root = root;
    this.#diagnostics = diagnostics;
  }

  move(from: string, to: string): void {
    const old = this.#take(from);
    if (old === undefined) return;
    this.#warn(from, to);
    this.#set(to, old.value, old.table, old.key, false);
  }

  append(from: string, to: string): void {
    const old = this.#take(from);
    if (old === undefined) return;
    this.#warn(from, to);
    const items = old.value as unknown[];
    this.#set(
      to,
      [...((this.#root[to] as unknown[] | undefined) ?? []), ...items],
      old.table,
      old.key,
      true,
    );
  }

  imply({ when, set, to, force }: Implication): void {
    const { table, key } = this.#find(when);
    if (table?.[key] !== undefined) this.#set(set, to, table, key, force);
  }

  drop(key: string, warning: string): void {
    if (this.#take(key) !== undefined) this.#diagnostics.warn(warning);
  }

  translateTLSVersion(): void {
    const version = this.#root['tls_min_version'] as string | undefined;
    const current = version === undefined ? undefined : OLD_TLS_VERSIONS[version];
    if (current === undefined) return;
    this.#diagnostics.warn(
      `'tls_min_version' value '${version}' is deprecated, please specify '${current}' instead`,
    );
    this.#root['tls_min_version'] = current;
  }

  #warn(from: string, to: string): void {
    this.#diagnostics.warn(`The '${from}' field is deprecated. Use the '${to}' field instead.`);
  }

  #find(path: string): { table: Table | undefined; key: string } {
    const segments = path.split('.');
    const key = segments.pop()!;
    let table: Table | undefined = this.#root;
    for (const segment of segments) table = table?.[segment] as Table | undefined;
    return { table, key };
  }

  #take(path: string): { value: unknown; table: Table; key: string } | undefined {
    const { table, key } = this.#find(path);
    const value = table?.[key];
    if (table === undefined || value === undefined) return undefined;
    delete table[key];
    return { value, table, key };
  }

  #set(path: string, value: unknown, from: object, fromKey: string, overwrite: boolean): void {
    const segments = path.split('.');
    const key = segments.pop()!;
    let table = this.#root;
    for (const segment of segments) table = (table[segment] ??= {}) as Table;
    if (table[key] !== undefined && !overwrite) return;
    table[key] = value;
    this.#diagnostics.setOrigin(table, key, this.#diagnostics.originOf(from, fromKey));
  }
}
