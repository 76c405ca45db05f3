/**
 * TCP checks: a connection that opens, with TLS one that also shakes hands
 * (agent/checks/check.go, CheckTCP).
 */
import { critical, passing, startDeadline } from './deadline.ts';
import { DialInterrupted, HandshakeError, dial } from './dial.ts';
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
  readonly #success: CheckResult;

  constructor(options: TCPProbeOptions) {
    this.#options = options;
    const how = options.tls === null ? 'TCP' : 'TCP+TLS';
    this.#success = passing(`${how} connect ${options.address}: Success`);
  }

  async run(signal: AbortSignal): Promise<CheckResult> {
    const { address, tls, timeoutMs } = this.#options;
    let target: HostPort;
    try {
      target = parseHostPort(address, 'tcp');
    } catch (thrown) {
      return critical(`dial tcp: ${(thrown as Error).message}`);
    }
    const deadline = startDeadline(signal, timeoutMs);
    try {
      const socket = await dial(target, tls, deadline);
      socket.destroy();
      return this.#success;
    } catch (thrown) {
      if (thrown instanceof DialInterrupted && !thrown.isConnected)
        return critical(`dial tcp ${address}: i/o timeout`);
      if (thrown instanceof DialInterrupted || thrown instanceof HandshakeError)
        return critical(thrown.message);
      return critical(describeNetworkError(thrown, 'tcp', address));
    } finally {
      deadline.release();
    }
  }
}
