/** The built-in proxy for the command line: its flags as a configuration, its log as lines. */
import type { MeshProxyFlags, MeshProxyServices } from '../../cli/command-io.ts';
import { LogHub, type LogLevel, Logger, renderLogJSON, renderLogLine } from '../../lib/log.ts';
import { type ProxyConfig, parseHostPort } from '../../proxy/config.ts';
import {
  CONNECT_TIMEOUT_MS,
  HANDSHAKE_TIMEOUT_MS,
  LOCAL_CONNECT_TIMEOUT_MS,
  MAX_CONNECTIONS,
} from '../../proxy/limits.ts';
import { runProxy } from '../../proxy/run.ts';

export const meshProxyServices: MeshProxyServices = {
  async run({ client, source, register, metrics, log: { level, json, write }, signal }) {
    const hub = new LogHub();
    const render = json ? renderLogJSON : renderLogLine;
    const unlisten = hub.listen(level as LogLevel, (entry) => write(render(entry)));
    await runProxy({
      agent: client,
      log: new Logger(hub, 'proxy'),
      source: 'proxyID' in source ? source : { config: configOfFlags(source) },
      register,
      metrics,
      signal,
    });
    unlisten();
  },
};

function configOfFlags({ service, listen, upstreams }: MeshProxyFlags): ProxyConfig {
  return {
    service,
    publicListener:
      listen === undefined
        ? undefined
        : {
            bindAddress: listen.host || '0.0.0.0',
            bindPort: listen.port,
            local: parseHostPort(listen.service),
            localConnectTimeoutMs: LOCAL_CONNECT_TIMEOUT_MS,
            handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
            maxConnections: MAX_CONNECTIONS,
          },
    upstreams: upstreams.map(({ type, name, host, port }) => ({
      type,
      name,
      datacenter: '',
      bindAddress: host || '127.0.0.1',
      bindPort: port,
      socketPath: '',
      socketMode: undefined,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    })),
  };
}
