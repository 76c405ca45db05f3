/**
 * UDP checks (agent/checks/check.go, CheckUDP): an empty datagram is sent; an answer, or silence
 * until the time-out, passes, since many protocols do not answer one. Only "port unreachable" and
 * its like are critical.
 */
import dgram from 'node:dgram';
import net from 'node:net';
import { critical, passing, startDeadline } from './deadline.ts';
import { describeNetworkError, parseHostPort } from './network-error.ts';
import type { CheckResult, Probe } from './check-runner.ts';
import type { HostPort } from './network-error.ts';

export interface UDPProbeOptions {
  readonly address: string;
  readonly timeoutMs: number;
}

/**
 * Consul waits for an answer without end and so never passes a silent service; here the time-out
 * decides.
 */
export class UDPProbe implements Probe {
  readonly #options: UDPProbeOptions;

  constructor(options: UDPProbeOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<CheckResult> {
    const { address, timeoutMs } = this.#options;
    const success = passing(`UDP connect ${address}: Success`);
    let target: HostPort;
    try {
      target = parseHostPort(address, 'udp');
    } catch (thrown) {
      return critical(`dial udp: ${(thrown as Error).message}`);
    }
    const deadline = startDeadline(signal, timeoutMs);
    try {
      await exchange(target, deadline.signal);
      return success;
    } catch (thrown) {
      return deadline.expired ? success : critical(describe(thrown, address));
    } finally {
      deadline.release();
    }
  }
}

/** A connected socket hears ICMP errors of its peer: they come as ECONNREFUSED of the read. */
function describe(thrown: unknown, address: string): string {
  const refused = (thrown as { code?: string }).code === 'ECONNREFUSED';
  return refused
    ? `read udp ${address}: read: connection refused`
    : describeNetworkError(thrown, 'udp', address);
}

/**
 * Resolves with an answer; rejects with an ICMP error, a failed look-up, or when `signal` is
 * aborted.
 */
function exchange({ host, port }: HostPort, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket({ type: net.isIPv6(host) ? 'udp6' : 'udp4', signal });
    let done = false;
    const finish = (error: Error | null): void => {
      if (done) return;
      done = true;
      if (!signal.aborted) socket.close();
      if (error === null) resolve();
      else reject(error);
    };
    signal.addEventListener('abort', () => finish(new Error('aborted')), { once: true });
    socket.on('error', finish);
    socket.once('message', () => finish(null));
    socket.connect(port, host, (failed?: Error) => {
      // A failed look-up comes here, and not as an 'error'; an aborted socket is closed already.
      if (failed) finish(failed);
      else if (!done) socket.send(Buffer.alloc(0), (error) => (error ? finish(error) : undefined));
    });
  });
}
