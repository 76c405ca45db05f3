/**
 * Sends each interval's metrics to statsd or DogStatsD (UDP) or statsite (TCP), as go-metrics renders them.
 *
 * What cannot be sent is lost, as with any statsd: metrics must never hold an agent up.
 */
import dgram from 'node:dgram';
import net from 'node:net';
import type { Labels, Summary } from './metrics.ts';

export interface StatsdOptions {
  readonly protocol: 'statsd' | 'dogstatsd' | 'statsite';
  /** `host:port`. */
  readonly address: string;
  /** DogStatsD only, `name:value`. */
  readonly tags: readonly string[];
  /** DogStatsD only: what stands in names as the host is left out there, as its agent knows the host itself. */
  readonly hostname?: string;
}

/** A datagram that no ordinary network fragments (go-metrics' statsdMaxLen). */
const MAX_DATAGRAM_BYTES = 1400;
const CONNECT_LIMIT_MS = 5000;

export class StatsdSink {
  readonly #options: StatsdOptions;
  readonly #warn: (text: string) => void;
  readonly #udp: dgram.Socket | null;

  constructor(options: StatsdOptions, warn: (text: string) => void) {
    this.#options = options;
    this.#warn = warn;
    this.#udp = options.protocol === 'statsite' ? null : dgram.createSocket('udp4');
    this.#udp?.on('error', (error) => warn(`${options.protocol}: ${error.message}`)).unref();
  }

  readonly send = (summary: Summary): void => {
    const lines = renderLines(summary, this.#options);
    if (lines.length === 0) return;
    if (this.#udp === null) this.#sendStream(lines.join(''));
    else for (const datagram of pack(lines)) this.#sendDatagram(datagram);
  };

  stop(): void {
    this.#udp?.close();
  }

  #sendDatagram(datagram: string): void {
    const { host, port } = splitAddress(this.#options.address);
    this.#udp?.send(datagram, port, host, (error) => {
      if (error !== null) this.#warn(`${this.#options.protocol}: ${error.message}`);
    });
  }

  /** A connection for each interval: nothing has to be kept alive between. */
  #sendStream(text: string): void {
    const socket = net.connect(splitAddress(this.#options.address));
    socket.setTimeout(CONNECT_LIMIT_MS, () => socket.destroy(new Error('timed out')));
    socket.on('error', (error) => this.#warn(`statsite: ${error.message}`));
    socket.end(text);
    socket.unref();
  }
}

export function renderLines(
  { Gauges, Counters, Samples }: Summary,
  { protocol, tags, hostname = '' }: Omit<StatsdOptions, 'address'>,
): string[] {
  const render = (full: string, value: number, type: string, labels: Labels): string => {
    const hasHost = protocol === 'dogstatsd' && hostname !== '';
    const name = hasHost ? full.replace(`.${hostname}.`, '.') : full;
    if (protocol !== 'dogstatsd') {
      const key = [name, ...Object.values(labels)].map((part) => part.replaceAll(/[\s:|]/g, '_'));
      return `${key.join('.')}:${value}|${type}\n`;
    }
    const own = Object.entries(labels).map(([label, text]) => `${label}:${text}`);
    const all = [...tags, ...own].map((tag) => tag.replaceAll(/[\s|,]/g, '_'));
    return `${name}:${value}|${type}${all.length > 0 ? `|#${all.join(',')}` : ''}\n`;
  };
  return [
    ...Gauges.map(({ Name, Value, Labels }) => render(Name, Value, 'g', Labels)),
    ...Counters.map(({ Name, Sum, Labels }) => render(Name, Sum, 'c', Labels)),
    // One line for an interval: its mean. How often it was measured is another figure.
    ...Samples.map(({ Name, Mean, Labels }) => render(Name, Mean, 'ms', Labels)),
  ];
}

function pack(lines: readonly string[]): string[] {
  const datagrams: string[] = [];
  let current = '';
  for (const line of lines) {
    if (current !== '' && Buffer.byteLength(current + line) > MAX_DATAGRAM_BYTES) {
      datagrams.push(current);
      current = '';
    }
    current += line;
  }
  return [...datagrams, current];
}

function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host: host === '' ? '127.0.0.1' : host, port: Number(address.slice(colon + 1)) };
}
