/** The configuration that the embedded control plane is started with, in workerd's own language (Cap'n Proto text). */

export interface WorkerdConfigOptions {
  readonly datacenter: string;
  /** `host:port`; port 0 lets the system choose. */
  readonly listenAddress: string;
  /** A unix socket beside it, for the agent that runs the control plane; it must not exist. */
  readonly localSocket?: string | undefined;
  /** Directory for the objects' SQLite files; must exist. */
  readonly storagePath: string;
  readonly settings: ControlPlaneSettings;
}

/** What the agent's configuration says of the datacenter itself; the Worker gets it as variables. */
export interface ControlPlaneSettings {
  /** The shortest TTL that a session may have. */
  readonly sessionTTLMinMs?: number | undefined;
  /** Consul's default_intention_policy, or what follows from acl.default_policy. */
  readonly intentionDefault?: 'allow' | 'deny' | undefined;
  /** 0 for no brake on mass failures. */
  readonly massFailureShare?: number | undefined;
  readonly massFailureWindowMs?: number | undefined;
  /** 0 for never. */
  readonly heartbeatMs?: number | undefined;
  readonly historyMaxAgeMs?: number | undefined;
  readonly historyMaxBytes?: number | undefined;
  readonly kvMaxValueBytes?: number | undefined;
  readonly txnMaxBytes?: number | undefined;
  readonly acl?: ControlPlaneACLs | undefined;
  readonly connect?: ControlPlaneConnect | undefined;
  /** The datacenter in which what all share is written; absent for this one. */
  readonly primaryDatacenter?: string | undefined;
}

/** The agent's `acl` block as far as the datacenter has to know it; absent where it is off. */
export interface ControlPlaneACLs {
  readonly defaultPolicy: 'allow' | 'deny';
  /** A secret, '' for none: it stands in no file. */
  readonly initialManagement: string;
  readonly tokenReplication: boolean;
  readonly keyListPolicy: boolean;
  /** The secret of a secondary's servers, '' for none. */
  readonly replicationToken: string;
}

/** The agent's `connect` block as far as the datacenter has to know it. */
export interface ControlPlaneConnect {
  readonly enabled: boolean;
  readonly caProvider: string;
  /** May hold a private key: it stands in no file. */
  readonly caConfig: Readonly<Record<string, unknown>>;
}

/** Name of the environment variable that hands the secret over: it stands in no file and on no command line. */
export const SECRET_VARIABLE = 'LICTOR_SECRET';

/** The same for the secret of the first management token. */
export const INITIAL_MANAGEMENT_VARIABLE = 'LICTOR_ACL_INITIAL_MANAGEMENT';
export const REPLICATION_TOKEN_VARIABLE = 'LICTOR_ACL_REPLICATION_TOKEN';
export const CA_CONFIG_VARIABLE = 'LICTOR_CONNECT_CA_CONFIG';

/** Consul's default of session_ttl_min. */
const DEFAULT_SESSION_TTL_MIN_MS = 10_000;

/** Name of the TCP socket in what workerd tells of itself. */
export const LISTENER = 'http';

const COMPATIBILITY_DATE = '2026-11-01';

/** The worker's bundle has to lie beside the file that this text is written to, as `worker.js`. */
export function renderWorkerdConfig(options: WorkerdConfigOptions): string {
  const { datacenter, listenAddress, localSocket, storagePath, settings } = options;
  const sockets = [
    `(name = "${LISTENER}", address = ${quote(listenAddress)}, http = (), service = "main")`,
  ];
  if (localSocket !== undefined)
    sockets.push(
      `(name = "local", address = ${quote(`unix:${localSocket}`)}, http = (), service = "main")`,
    );
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .control),
    (name = "storage", disk = (path = ${quote(storagePath)}, writable = true)),
  ],
  sockets = [${sockets.join(', ')}],
);

const control :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  bindings = [
    (name = "DATACENTER_OBJECTS", durableObjectNamespace = "DatacenterObject"),
    (name = "RELAY_OBJECTS", durableObjectNamespace = "RelayObject"),
    (name = "FEDERATION_OBJECTS", durableObjectNamespace = "FederationObject"),
    (name = "DATACENTER", text = ${quote(datacenter)}),
${renderVariables(settings)}
    (name = "LICTOR_SECRET", fromEnvironment = "${SECRET_VARIABLE}"),
    (name = "ACL_INITIAL_MANAGEMENT", fromEnvironment = "${INITIAL_MANAGEMENT_VARIABLE}"),
    (name = "ACL_REPLICATION_TOKEN", fromEnvironment = "${REPLICATION_TOKEN_VARIABLE}"),
    (name = "CONNECT_CA_CONFIG", fromEnvironment = "${CA_CONFIG_VARIABLE}"),
  ],
  durableObjectNamespaces = [
    (className = "DatacenterObject", uniqueKey = "lictor-datacenter", enableSql = true),
    (className = "RelayObject", uniqueKey = "lictor-relay", enableSql = true),
    (className = "FederationObject", uniqueKey = "lictor-federation", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "storage"),
);
`;
}

/** Those that are set; the Worker knows the default of the others. */
function renderVariables(settings: ControlPlaneSettings): string {
  const { acl, connect } = settings;
  const variables: [name: string, value: number | string | undefined, unit?: string][] = [
    ['SESSION_TTL_MIN', settings.sessionTTLMinMs ?? DEFAULT_SESSION_TTL_MIN_MS, 'ms'],
    ['DEFAULT_INTENTION_POLICY', settings.intentionDefault],
    ['MASS_FAILURE_SHARE', settings.massFailureShare],
    ['MASS_FAILURE_WINDOW', settings.massFailureWindowMs, 'ms'],
    ['HEARTBEAT_CHECK_INTERVAL', settings.heartbeatMs, 'ms'],
    ['HISTORY_MAX_AGE', settings.historyMaxAgeMs, 'ms'],
    ['HISTORY_MAX_BYTES', settings.historyMaxBytes],
    ['KV_MAX_VALUE_SIZE', settings.kvMaxValueBytes],
    ['TXN_MAX_REQ_LEN', settings.txnMaxBytes],
    ['PRIMARY_DATACENTER', settings.primaryDatacenter],
    ['CONNECT_ENABLED', connect && String(connect.enabled)],
    ['CONNECT_CA_PROVIDER', connect?.caProvider],
    ['ACL_ENABLED', acl && 'true'],
    ['ACL_DEFAULT_POLICY', acl?.defaultPolicy],
    ['ACL_TOKEN_REPLICATION', acl && String(acl.tokenReplication)],
    ['ACL_ENABLE_KEY_LIST_POLICY', acl && String(acl.keyListPolicy)],
  ];
  return variables
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value, unit = '']) => `    (name = "${name}", text = ${quote(`${value}${unit}`)}),`,
    )
    .join('\n');
}

/** Cap'n Proto text literals take JSON's escapes. */
function quote(text: string): string {
  return JSON.stringify(text);
}
