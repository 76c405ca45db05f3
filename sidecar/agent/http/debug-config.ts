/**
 * The configuration as /v1/agent/self shows it under `DebugConfig` (agent/config/runtime.go, Sanitized): Consul's names,
 * durations as Go strings, addresses as URLs, secrets as `hidden`.
 *
 * Only what an agent of this program goes by is there: nothing of Raft, whose keys mean nothing here.
 */
import os from 'node:os';
import { CONSUL_COMPATIBILITY } from '../../../protocol/compatibility.ts';
import { renderDuration } from '../../../protocol/duration.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { ListenAddress } from '../../config/agent-config-network.ts';
import type { OwnNode } from '../host/node-registration.ts';
import { debugTelemetry, debugTLS, debugUI } from './debug-sections.ts';

const HIDDEN = 'hidden';
/** What Go prints for a rate without a limit; JSON has no infinity. */
const MAX_FLOAT = Number.MAX_VALUE;

/** A secret is `hidden` whether it is set or not. */
export function debugConfigOf(config: AgentConfig, own: OwnNode): Record<string, unknown> {
  return {
    ...identity(config, own),
    ...addresses(config, own),
    ...access(config, own),
    ...dns(config),
    ...gossip(config),
    ...http(config),
    ...limits(config),
    ...checks(config),
    ...mesh(config),
    Logging: logging(config),
    Telemetry: debugTelemetry(config.telemetry),
    TLS: debugTLS(config, own),
    UIConfig: debugUI(config.ui),
    Watches: config.watches,
    OS: os.platform(),
  };
}

function identity(config: AgentConfig, own: OwnNode): Record<string, unknown> {
  return {
    AutoReloadConfig: config.autoReloadConfig,
    Bootstrap: config.bootstrap,
    // One server is what `bootstrap` means; more are refused.
    BootstrapExpect: 0,
    DataDir: config.dataDir,
    Datacenter: own.datacenter,
    DevMode: config.devMode,
    DisableHostNodeID: config.disableHostNodeID,
    DisableRemoteExec: config.disableRemoteExec,
    EnableDebug: config.log.enableDebug,
    LeaveDrainTime: renderDuration(config.leaveDrainMs),
    LeaveOnTerm: config.leaveOnTerminate,
    Locality: config.locality ?? null,
    NodeID: own.id,
    NodeMeta: config.nodeMeta,
    NodeName: own.name,
    PidFile: config.pidFile,
    PrimaryDatacenter: config.primaryDatacenter,
    RejoinAfterLeave: config.rejoinAfterLeave,
    Revision: '',
    ServerMode: own.isServer,
    SessionTTLMin: renderDuration(config.sessionTTLMinMs),
    SkipLeaveOnInt: config.skipLeaveOnInterrupt,
    UnixSocketGroup: config.unixSockets.group,
    UnixSocketMode: config.unixSockets.mode,
    UnixSocketUser: config.unixSockets.user,
    Version: CONSUL_COMPATIBILITY,
    VersionMetadata: '',
    VersionPrerelease: '',
  };
}

/** Scripts join by the Serf addresses. */
function addresses(config: AgentConfig, own: OwnNode): Record<string, unknown> {
  const { listeners, ports } = config;
  const dnsURLs = listeners.dns.flatMap((listener) => [
    urlOf(listener, 'tcp'),
    urlOf(listener, 'udp'),
  ]);
  return {
    AdvertiseAddrLAN: own.address,
    AdvertiseAddrWAN: config.advertiseAddressWAN,
    BindAddr: config.bindAddress,
    ClientAddrs: config.clientAddresses,
    DNSAddrs: dnsURLs,
    DNSPort: ports.dns,
    ExposeMaxPort: ports.exposeMax,
    ExposeMinPort: ports.exposeMin,
    ConnectSidecarMaxPort: ports.sidecarMax,
    ConnectSidecarMinPort: ports.sidecarMin,
    GRPCAddrs: listeners.grpc.map((listener) => urlOf(listener)),
    GRPCPort: ports.grpc,
    GRPCTLSAddrs: listeners.grpcTLS.map((listener) => urlOf(listener)),
    GRPCTLSPort: ports.grpcTLS,
    HTTPAddrs: listeners.http.map((listener) => urlOf(listener)),
    HTTPPort: ports.http,
    HTTPSAddrs: listeners.https.map((listener) => urlOf(listener)),
    HTTPSPort: ports.https,
    RPCAdvertiseAddr: `tcp://${own.address}:${own.serverPort}`,
    RPCBindAddr: `tcp://${config.bindAddress}:${own.serverPort}`,
    SerfAdvertiseAddrLAN: `tcp://${own.address}:${ports.serfLAN}`,
    SerfAdvertiseAddrWAN: `tcp://${config.advertiseAddressWAN}:${ports.serfWAN}`,
    SerfBindAddrLAN: `tcp://${config.bindAddress}:${ports.serfLAN}`,
    SerfBindAddrWAN: `tcp://${config.bindAddress}:${ports.serfWAN}`,
    SerfPortLAN: ports.serfLAN,
    SerfPortWAN: ports.serfWAN,
    ServerPort: own.serverPort,
    TaggedAddresses: config.taggedAddresses,
    TranslateWANAddrs: config.translateWANAddresses,
  };
}

function urlOf(listener: ListenAddress, protocol = 'tcp'): string {
  if (listener.kind === 'unix') return `unix://${listener.path}`;
  const host = listener.host.includes(':') ? `[${listener.host}]` : listener.host;
  return `${protocol}://${host}:${listener.port}`;
}

function access({ acl, dataDir }: AgentConfig, own: OwnNode): Record<string, unknown> {
  return {
    ACLEnableKeyListPolicy: acl.enableKeyListPolicy,
    ACLInitialManagementToken: HIDDEN,
    ACLResolverSettings: {
      ACLDefaultPolicy: acl.defaultPolicy,
      ACLDownPolicy: acl.downPolicy,
      ACLPolicyTTL: renderDuration(acl.policyTTLMs),
      ACLRoleTTL: renderDuration(acl.roleTTLMs),
      ACLTokenTTL: renderDuration(acl.tokenTTLMs),
      ACLsEnabled: acl.enabled,
      Datacenter: own.datacenter,
      EnterpriseMeta: {},
      NodeName: own.name,
    },
    ACLTokenReplication: acl.enableTokenReplication,
    ACLTokens: {
      ACLAgentRecoveryToken: HIDDEN,
      ACLAgentToken: HIDDEN,
      ACLConfigFileRegistrationToken: HIDDEN,
      ACLDNSToken: HIDDEN,
      ACLDefaultToken: HIDDEN,
      ACLReplicationToken: HIDDEN,
      DataDir: dataDir,
      EnablePersistence: acl.enableTokenPersistence,
      EnterpriseConfig: {},
    },
    ACLsEnabled: acl.enabled,
  };
}

function dns({ dns: config }: AgentConfig): Record<string, unknown> {
  const serviceTTLs = Object.entries(config.serviceTTLMs);
  return {
    DNSARecordLimit: config.aRecordLimit,
    DNSAllowStale: config.allowStale,
    DNSAltDomain: config.altDomain,
    DNSCacheMaxAge: renderDuration(config.cacheMaxAgeMs),
    DNSDisableCompression: config.disableCompression,
    DNSDomain: config.domain,
    DNSEnableTruncate: config.enableTruncate,
    DNSMaxStale: renderDuration(config.maxStaleMs),
    DNSNodeMetaTXT: config.nodeMetaTXT,
    DNSNodeTTL: renderDuration(config.nodeTTLMs),
    DNSOnlyPassing: config.onlyPassing,
    DNSRecursorStrategy: config.recursorStrategy,
    DNSRecursorTimeout: renderDuration(config.recursorTimeoutMs),
    DNSRecursors: config.recursors,
    DNSSOA: {
      Expire: config.soa.expire,
      Minttl: config.soa.minTTL,
      Refresh: config.soa.refresh,
      Retry: config.soa.retry,
    },
    DNSServiceTTL: Object.fromEntries(serviceTTLs.map(([name, ms]) => [name, renderDuration(ms)])),
    DNSUDPAnswerLimit: config.udpAnswerLimit,
    DNSUseCache: config.useCache,
  };
}

function gossip(config: AgentConfig): Record<string, unknown> {
  const pools = [
    ['LAN', config.gossipLAN],
    ['WAN', config.gossipWAN],
  ] as const;
  const ofPools = pools.map(([name, pool]): Record<string, unknown> => {
    if (pool === undefined) return {};
    return {
      [`Gossip${name}GossipInterval`]: renderDuration(pool.gossipIntervalMs),
      [`Gossip${name}GossipNodes`]: pool.gossipNodes,
      [`Gossip${name}ProbeInterval`]: renderDuration(pool.probeIntervalMs),
      [`Gossip${name}ProbeTimeout`]: renderDuration(pool.probeTimeoutMs),
      [`Gossip${name}RetransmitMult`]: pool.retransmitMult,
      [`Gossip${name}SuspicionMult`]: pool.suspicionMult,
      [`RetryJoin${name}`]: pool.retryJoin.map(hideCredentials),
      [`RetryJoinInterval${name}`]: renderDuration(pool.retryIntervalMs),
      [`RetryJoinMaxAttempts${name}`]: pool.retryMaxAttempts,
      [`SerfAllowedCIDRs${name}`]: pool.allowedCIDRs,
    };
  });
  return {
    ...ofPools[0],
    ...ofPools[1],
    AdvertiseReconnectTimeout: renderDuration(config.advertiseReconnectTimeoutMs),
    DisableCoordinates: config.disableCoordinates,
    DisableKeyringFile: config.disableKeyringFile,
    EncryptKey: HIDDEN,
    StaticRuntimeConfig: {
      EncryptVerifyIncoming: config.encryptVerifyIncoming,
      EncryptVerifyOutgoing: config.encryptVerifyOutgoing,
    },
  };
}

/** Providers of addresses are given credentials in the string (go-discover). */
function hideCredentials(address: string): string {
  return address.replaceAll(/(\w*(?:secret|token|password|key)\w*)=\S+/gi, `$1=${HIDDEN}`);
}

function http({ http: config }: AgentConfig): Record<string, unknown> {
  return {
    AllowWriteHTTPFrom: config.allowWriteFrom,
    DefaultQueryTime: renderDuration(config.defaultQueryTimeMs),
    DisableHTTPUnprintableCharFilter: config.disableUnprintableCharFilter,
    DiscoveryMaxStale: renderDuration(config.discoveryMaxStaleMs),
    HTTPBlockEndpoints: config.blockEndpoints,
    HTTPMaxHeaderBytes: config.maxHeaderBytes,
    HTTPResponseHeaders: config.responseHeaders,
    HTTPUseCache: config.useCache,
    MaxQueryTime: renderDuration(config.maxQueryTimeMs),
  };
}

const REQUEST_LIMIT_MODES = ['disabled', 'permissive', 'enforcing'];

function limits({ limits: config }: AgentConfig): Record<string, unknown> {
  const { mode, readRate, writeRate } = config.requestLimits;
  return {
    HTTPMaxConnsPerClient: config.httpMaxConnectionsPerClient,
    HTTPSHandshakeTimeout: renderDuration(config.httpsHandshakeTimeoutMs),
    KVMaxValueSize: config.kvMaxValueBytes,
    RPCMaxBurst: config.rpcMaxBurst,
    RPCRateLimit: Math.min(config.rpcRate, MAX_FLOAT),
    RequestLimitsMode: REQUEST_LIMIT_MODES.indexOf(mode),
    RequestLimitsReadRate: Math.min(readRate, MAX_FLOAT),
    RequestLimitsWriteRate: Math.min(writeRate, MAX_FLOAT),
    TxnMaxReqLen: config.txnMaxBytes,
  };
}

/** Definitions as the API takes them, their tokens hidden. */
function checks(config: AgentConfig): Record<string, unknown> {
  const hide = <T extends { readonly Token?: string }>(definition: T): T =>
    definition.Token ? { ...definition, Token: HIDDEN } : definition;
  return {
    CheckOutputMaxSize: config.checkOutputMaxBytes,
    CheckUpdateInterval: renderDuration(config.checkUpdateIntervalMs),
    Checks: config.checks.map(hide),
    DiscardCheckOutput: config.discardCheckOutput,
    EnableAgentTLSForChecks: config.enableAgentTLSForChecks,
    EnableLocalScriptChecks: config.enableLocalScriptChecks,
    EnableRemoteScriptChecks: config.enableRemoteScriptChecks,
    Services: config.services.map((service) => ({
      ...hide(service),
      ...(service.Check ? { Check: hide(service.Check) } : {}),
      ...(service.Checks ? { Checks: service.Checks.map(hide) } : {}),
    })),
  };
}

/** Of the authority's configuration only that there is one: a provider's may hold credentials. */
function mesh(config: AgentConfig): Record<string, unknown> {
  return {
    ConfigEntryBootstrap: config.configEntriesBootstrap,
    ConnectCAProvider: config.connect.caProvider,
    ConnectEnabled: config.connect.enabled,
    DefaultIntentionPolicy: config.defaultIntentionPolicy,
    EnableCentralServiceConfig: config.enableCentralServiceConfig,
    PeeringEnabled: config.peeringEnabled,
    XDSUpdateRateLimit: config.xdsUpdatesPerSecond,
  };
}

/** The level as it is commonly written: the default in capitals, a file's in small letters. */
function logging({ log }: AgentConfig): Record<string, unknown> {
  return {
    EnableSyslog: log.syslog !== undefined,
    LogFilePath: log.file,
    LogJSON: log.json,
    LogLevel: log.level === 'info' ? 'INFO' : log.level,
    LogRotateBytes: log.rotateBytes,
    LogRotateDuration: renderDuration(log.rotateMs),
    LogRotateMaxFiles: log.rotateMaxFiles,
    Name: '',
    SyslogFacility: log.syslog?.facility ?? 'LOCAL0',
  };
}
