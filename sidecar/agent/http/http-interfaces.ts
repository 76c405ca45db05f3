/** The agent's HTTP and HTTPS interfaces, as the configuration names them. */
import type { API } from '../../../http-api/api.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import { HTTPListener } from '../../http/http-listener.ts';
import { readTLSFiles } from '../../lib/tls-files.ts';

export class HTTPInterfaces {
  readonly #http: HTTPListener;
  readonly #https: HTTPListener | null;

  /** @throws Error that names a certificate or key which cannot be read */
  constructor(config: AgentConfig) {
    const common = {
      maxConnectionsPerClient: config.limits.httpMaxConnectionsPerClient,
      maxHeaderBytes: config.http.maxHeaderBytes,
      socketPermissions: config.unixSockets,
    };
    const { http, https } = config.listeners;
    this.#http = new HTTPListener({ ...common, addresses: http });
    this.#https =
      https.length === 0
        ? null
        : new HTTPListener({
            ...common,
            addresses: https,
            tls: {
              context: readTLSFiles(config.tls.https),
              verifyIncoming: config.tls.https.verifyIncoming,
              handshakeTimeoutMs: config.limits.httpsHandshakeTimeoutMs,
            },
          });
  }

  /** @throws ListenError; then nothing listens */
  async reserve(): Promise<void> {
    await this.#http.reserve();
    try {
      await this.#https?.reserve();
    } catch (error) {
      await this.#http.stop();
      throw error;
    }
  }

  serve(api: API): void {
    this.#http.serve(api);
    this.#https?.serve(api);
  }

  /** Takes certificates that were renewed. @throws Error as the constructor does; what was set before then stays */
  reload(config: AgentConfig): void {
    this.#https?.setTLS(readTLSFiles(config.tls.https));
    for (const each of [this.#http, this.#https]) {
      if (each !== null) each.maxConnectionsPerClient = config.limits.httpMaxConnectionsPerClient;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#http.stop(), this.#https?.stop()]);
  }
}
