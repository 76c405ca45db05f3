/** Runs a proxy until it is told to stop: configured once, or by its registration at the agent as that changes. */
import { aborted } from '../lib/aborted.ts';
import { type ProxyConfig, type RegisteredProxy, configOfRegistration } from './config.ts';
import { follow } from './follow.ts';
import type { AgentHTTP, Log } from './interfaces.ts';
import { DRAIN_MS } from './limits.ts';
import { serveMetrics } from './metrics-page.ts';
import { Proxy } from './proxy.ts';
import { Registration } from './registration.ts';

export interface RunOptions {
  readonly agent: AgentHTTP;
  readonly log: Log;
  /** Of its connections, watches and intentions. */
  readonly source: { readonly config: ProxyConfig } | { readonly proxyID: string };
  /** Registers the proxy with its public listener's address. */
  readonly register?: { readonly suffix: string } | undefined;
  /** Where its counters are shown. */
  readonly metrics?: { readonly host: string; readonly port: number } | undefined;
  /** Ends it, after a moment for connections to end. */
  readonly signal: AbortSignal;
}

export async function runProxy(options: RunOptions): Promise<void> {
  const { agent, log, source, metrics, signal } = options;
  const proxy = new Proxy({ agent, log, now: () => Date.now(), random: Math.random });
  const registration = register(options);
  const unserve = metrics && serveMetrics({ ...metrics, counters: () => proxy.counters, log });
  const unfollow =
    'config' in source
      ? void proxy.apply(source.config)
      : follow({
          agent,
          log,
          name: `type=agent_service service_id=${source.proxyID}`,
          request: { path: `/v1/agent/service/${encodeURIComponent(source.proxyID)}` },
          by: 'hash',
          onAnswer: ({ body }) =>
            proxy.apply(configOfRegistration(JSON.parse(body.toString('utf8')) as RegisteredProxy)),
        });
  await aborted(signal);
  unfollow?.();
  await Promise.all([registration?.stop(), proxy.stop(DRAIN_MS)]);
  unserve?.();
}

function register({ agent, log, source, register: asked }: RunOptions): Registration | undefined {
  if (asked === undefined || !('config' in source)) return undefined;
  const { service, publicListener } = source.config;
  if (publicListener === undefined) return undefined;
  const { bindAddress, bindPort: port } = publicListener;
  // One that listens everywhere is found at the node's own address.
  const address = bindAddress === '0.0.0.0' ? '' : bindAddress;
  return new Registration({ agent, log, service, address, port, suffix: asked.suffix });
}
