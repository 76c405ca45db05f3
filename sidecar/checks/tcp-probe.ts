/**
 * TCP checks: a connection that opens, with TLS one that also shakes hands
 * (agent/checks/check.go, CheckTCP).
 */
import net from 'node:net';
import tls from 'node:tls';
import { critical, passing, startDeadline } from './deadline.ts';
import { describeNetworkError, parseHostPort } from './network-error.ts';
import type { CheckResult, Probe } from './check-runner.ts';
import type { HostPort } from './network-error.ts';
import type { TLSOptions } from './tls-options.ts';

export interface TCPProbeOptions {
  readonly address: string;
  /** Null for plain TCP. */
  readonly tls: TLSOptions | null;
  readonly timeoutMs: number;
}

/**
 * Sends nothing over the connection and closes it at once; servers that log short connections
 * will see them.
 */
export class TCPProbe implements Probe {
  readonly #options: TCPProbeOptions;

  constructor(options: TCPProbeOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<CheckResult> {
    const { address, timeoutMs } = this.#options;
    let target: HostPort;
    try {
      target = parseHostPort(address);
    } catch (thrown) {
      return critical(`dial tcp: ${(thrown as Error).message}`);
    }
    const deadline = startDeadline(signal, timeoutMs);
    try {
      await connect(target, this.#options.tls, deadline.signal);
      return passing(
        `${this.#options.tls === null ? 'TCP' : 'TCP+TLS'} connect ${address}: Success`,
      );
    } catch (thrown) {
      if (deadline.expired) return critical(`dial tcp ${address}: i/o timeout`);
      return critical(describeNetworkError(thrown, 'tcp', address));
    } finally {
      deadline.release();
    }
  }
}

/** Opens and closes again; rejects when it cannot, or when `signal` is aborted. */
function connect(
  { host, port }: HostPort,
  options: TLSOptions | null,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const secure = options !== null;
    const socket = secure
      ? tls.connect({ host, port, ...(net.isIP(host) ? {} : { servername: host }), ...options })
      : net.connect({ host, port });
    const abort = (): void => void socket.destroy(new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', abort));
    // Stays to the end: an error after success, on the way out, concerns nobody.
    socket.on('error', reject);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      resolve();
      socket.destroy();
    });
  });
}
