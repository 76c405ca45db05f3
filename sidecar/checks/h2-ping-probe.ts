/** HTTP/2 PING checks (agent/checks/check.go, CheckH2PING). */
import { critical, passing, startDeadline } from './deadline.ts';
import { DialError, describeDialError, withHTTP2 } from './http2-session.ts';
import { describeNetworkError, parseHostPort } from './network-error.ts';
import type { CheckResult, Probe } from './check-runner.ts';
import type { HostPort } from './network-error.ts';
import type { TLSOptions } from './tls-options.ts';

export interface H2PingProbeOptions {
  readonly address: string;
  readonly tls: TLSOptions | null;
  readonly timeoutMs: number;
}

/**
 * Passes when a PING frame is acknowledged (RFC 9113, section 6.7). A connection that opens is
 * not enough: the PING shows that the server's HTTP/2 layer answers, and costs it no request.
 */
export class H2PingProbe implements Probe {
  readonly #options: H2PingProbeOptions;

  constructor(options: H2PingProbeOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<CheckResult> {
    const { address, tls, timeoutMs } = this.#options;
    let target: HostPort;
    try {
      target = parseHostPort(address, 'tcp');
    } catch (thrown) {
      return critical(`Failed to dial to ${address}: dial tcp: ${(thrown as Error).message}`);
    }
    const deadline = startDeadline(signal, timeoutMs);
    try {
      await withHTTP2(target, tls, deadline, ping);
      return passing('HTTP2 ping was successful');
    } catch (thrown) {
      if (thrown instanceof DialError)
        return critical(`Failed to dial to ${address}: ${describeDialError(thrown, address)}`);
      if (deadline.expired) return critical('HTTP2 ping failed: context deadline exceeded');
      return critical(`HTTP2 ping failed: ${describeNetworkError(thrown, 'tcp', address)}`);
    } finally {
      deadline.release();
    }
  }
}

/** Sends one PING; the payload is Node's own and is compared by it. */
const ping = (session: { ping(callback: (error: Error | null) => void): boolean }): Promise<void> =>
  new Promise((resolve, reject) => session.ping((error) => (error ? reject(error) : resolve())));
