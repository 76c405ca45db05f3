/** From a definition to the probe that carries it out. */
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import {
  DEFAULT_OUTPUT_MAX_BYTES,
  DEFAULT_SCRIPT_TIMEOUT_MS,
  DEFAULT_TIMEOUT_MS,
} from './limits.ts';
import { DockerProbe } from './docker-probe.ts';
import type { DockerHost } from './docker-host.ts';
import { GRPCProbe } from './grpc-probe.ts';
import { H2PingProbe } from './h2-ping-probe.ts';
import { HTTPProbe } from './http-probe.ts';
import { OSServiceProbe } from './os-service-probe.ts';
import { parseResource } from '../lib/check-resource.ts';
import { ResourceProbe } from './resource-probe.ts';
import { ScriptProbe } from './script-probe.ts';
import { TCPProbe } from './tcp-probe.ts';
import { UDPProbe } from './udp-probe.ts';
import { durationMs } from '../lib/check-kind.ts';
import { tlsOptions } from './tls-options.ts';
import type { AgentTLS, TLSOptions } from './tls-options.ts';
import type { CheckKind } from '../lib/check-kind.ts';
import type { Probe } from './check-runner.ts';

/** What all probes of an agent share. */
export interface ProbeEnvironment {
  readonly agentTLS?: AgentTLS;
  /** Where the Docker engine listens. */
  readonly docker: DockerHost;
  /** The agent's check_output_max_size. */
  readonly outputMaxBytes: number;
}

/** The kinds that look at something; TTL and alias checks are told. */
export type ProbeKind = Exclude<CheckKind, 'ttl' | 'alias'>;

/** Settings that every definition has, with defaults and limits applied. */
interface Common {
  readonly timeoutMs: number;
  readonly outputMaxBytes: number;
  readonly tls: TLSOptions;
  readonly environment: ProbeEnvironment;
}

/**
 * Total: a kind without a probe does not compile. A member that a kind is recognised by is
 * present here (`!`).
 */
const CREATORS: Record<ProbeKind, (d: CheckDefinition, common: Common) => Probe> = {
  http: (d, { tls, timeoutMs, outputMaxBytes }) =>
    new HTTPProbe({
      tls,
      timeoutMs,
      outputMaxBytes,
      url: d.HTTP!,
      method: d.Method || 'GET',
      headers: d.Header ?? {},
      body: d.Body ?? '',
      followRedirects: d.DisableRedirects !== true,
    }),
  tcp: (d, { tls, timeoutMs }) =>
    new TCPProbe({ address: d.TCP!, tls: d.TCPUseTLS ? tls : null, timeoutMs }),
  udp: (d, { timeoutMs }) => new UDPProbe({ address: d.UDP!, timeoutMs }),
  script: (d, { timeoutMs, outputMaxBytes }) =>
    new ScriptProbe({ args: d.ScriptArgs!, timeoutMs, outputMaxBytes }),
  docker: (d, { timeoutMs, outputMaxBytes, environment }) =>
    new DockerProbe({
      containerID: d.DockerContainerID!,
      args: d.ScriptArgs!,
      timeoutMs,
      outputMaxBytes,
      host: environment.docker,
    }),
  grpc: (d, { tls, timeoutMs }) =>
    new GRPCProbe({ target: d.GRPC!, tls: d.GRPCUseTLS ? tls : null, timeoutMs }),
  // HTTP/2 checks use TLS unless told otherwise.
  h2ping: (d, { tls, timeoutMs }) =>
    new H2PingProbe({ address: d.H2PING!, tls: d.H2PingUseTLS === false ? null : tls, timeoutMs }),
  resource: (d) =>
    new ResourceProbe({
      resource: parseResource(d.Resource!),
      warningAbove: d.WarningAbove ?? 0,
      criticalAbove: d.CriticalAbove ?? 0,
    }),
  os_service: (d, { timeoutMs }) => new OSServiceProbe({ service: d.OSService!, timeoutMs }),
};

/** Opens nothing: the first socket or process comes with the first run. */
export function createProbe(
  kind: ProbeKind,
  definition: CheckDefinition,
  environment: ProbeEnvironment,
): Probe {
  const isProgram = kind === 'script' || kind === 'docker';
  return CREATORS[kind](definition, {
    timeoutMs:
      durationMs(definition.Timeout) ||
      (isProgram ? DEFAULT_SCRIPT_TIMEOUT_MS : DEFAULT_TIMEOUT_MS),
    outputMaxBytes: outputLimit(definition, environment.outputMaxBytes),
    tls: tlsOptions(definition, environment.agentTLS),
    environment,
  });
}

/** The smaller of the agent's limit and the check's own. */
export function outputLimit(
  definition: CheckDefinition,
  agentMaxBytes = DEFAULT_OUTPUT_MAX_BYTES,
): number {
  const own = definition.OutputMaxSize ?? 0;
  return own > 0 ? Math.min(own, agentMaxBytes) : agentMaxBytes;
}
