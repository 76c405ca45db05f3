/**
 * What a user hands to an agent: definitions of services and checks, as in PUT /v1/agent/service/register
 * (agent/structs/service_definition.go, check_definition.go). The configuration loader produces the same shapes.
 * Durations are Go duration strings.
 */
import type {
  CheckStatus,
  ConnectProxyConfig,
  Locality,
  ServiceAddress,
  ServiceConnect,
  ServiceKind,
  Weights,
} from './catalog.ts';

export interface CheckDefinition {
  /** The check's ID; configuration files and the API also call it `CheckID`. */
  ID?: string;
  Name?: string;
  Notes?: string;
  ServiceID?: string;
  Status?: CheckStatus;
  Token?: string;
  ScriptArgs?: string[];
  HTTP?: string;
  Header?: Record<string, string[]>;
  Method?: string;
  Body?: string;
  DisableRedirects?: boolean;
  TCP?: string;
  TCPUseTLS?: boolean;
  UDP?: string;
  GRPC?: string;
  GRPCUseTLS?: boolean;
  H2PING?: string;
  H2PingUseTLS?: boolean;
  OSService?: string;
  /** Lictor's own: `memory`, `load` or `disk:<path>`, a resource of this host measured in percent. */
  Resource?: string;
  /** Percent above which a resource check warns; 0 and absent mean never. */
  WarningAbove?: number;
  /** Percent above which a resource check is critical; 0 and absent mean never. */
  CriticalAbove?: number;
  DockerContainerID?: string;
  Shell?: string;
  TLSServerName?: string;
  TLSSkipVerify?: boolean;
  TTL?: string;
  AliasNode?: string;
  AliasService?: string;
  Interval?: string;
  Timeout?: string;
  OutputMaxSize?: number;
  SuccessBeforePassing?: number;
  FailuresBeforeWarning?: number;
  FailuresBeforeCritical?: number;
  DeregisterCriticalServiceAfter?: string;
}

export interface ServiceDefinition {
  Kind?: ServiceKind;
  ID?: string;
  Name: string;
  Tags?: string[];
  Address?: string;
  TaggedAddresses?: Record<string, ServiceAddress>;
  SocketPath?: string;
  Meta?: Record<string, string>;
  Port?: number;
  Check?: CheckDefinition;
  Checks?: CheckDefinition[];
  Weights?: Weights;
  Token?: string;
  EnableTagOverride?: boolean;
  Proxy?: ConnectProxyConfig;
  Connect?: ServiceConnect;
  Locality?: Locality;
}

/** One row of /v1/agent/members. Status follows Serf: 1 alive, 2 leaving, 3 left, 4 failed. */
export interface AgentMember {
  Name: string;
  Addr: string;
  Port: number;
  Tags: Record<string, string>;
  Status: number;
  ProtocolMin: number;
  ProtocolMax: number;
  ProtocolCur: number;
  DelegateMin: number;
  DelegateMax: number;
  DelegateCur: number;
}
