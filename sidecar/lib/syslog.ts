/**
 * The agent's log in syslog (Consul's enable_syslog): to a collector by UDP (RFC 5424, RFC 5426), else to the system's own.
 *
 * The local daemon listens on a unix datagram socket, which Node cannot send to, so one `logger` (util-linux) runs beside
 * the agent and passes its lines on. Severity and facility of each line are its own.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import os from 'node:os';
import type { Writable } from 'node:stream';
import type { LogEntry, LogLevel } from './log.ts';

/** RFC 5424 section 6.2.1, by the names that Consul takes. */
export const SYSLOG_FACILITIES: ReadonlyMap<string, number> = new Map([
  ['KERN', 0],
  ['USER', 1],
  ['MAIL', 2],
  ['DAEMON', 3],
  ['AUTH', 4],
  ['SYSLOG', 5],
  ['LPR', 6],
  ['NEWS', 7],
  ['UUCP', 8],
  ['CRON', 9],
  ['AUTHPRIV', 10],
  ['FTP', 11],
  ...Array.from({ length: 8 }, (_, index): [string, number] => [`LOCAL${index}`, 16 + index]),
]);

const SEVERITIES: Readonly<Record<LogLevel, number>> = {
  error: 3,
  warn: 4,
  info: 6,
  debug: 7,
  trace: 7,
};

/** What filters of syslog daemons know Consul's lines by. */
const TAG = 'consul';
/** Where local daemons listen: Linux, others. */
const LOCAL_SOCKETS: readonly string[] = ['/dev/log', '/var/run/syslog', '/var/run/log'];
/** A `logger` that dies at once is not started over and over; lines of that time are lost. */
const RESTART_INTERVAL_MS = 1000;
/** RFC 5426 section 3.2: what every receiver on IPv4 and IPv6 should take. */
const MAX_DATAGRAM_BYTES = 2048;

export interface SyslogOptions {
  /** A key of SYSLOG_FACILITIES. */
  readonly facility: string;
  /** UDP; undefined for the local daemon. */
  readonly collector: { readonly host: string; readonly port: number } | undefined;
  /** Hears of what cannot be sent. It must not log: that would come back here. */
  readonly complain: (text: string) => void;
}

export interface Syslog {
  write(entry: LogEntry): void;
  /** What was written before still goes out. */
  close(): void;
}

/** For tests: who passes lines on, and where the local daemon listens. */
export interface LocalSyslog {
  readonly program: string;
  readonly sockets: readonly string[];
}

/** @throws Error when no local daemon listens and no collector is configured */
export function openSyslog(
  { facility, collector, complain }: SyslogOptions,
  local: LocalSyslog = { program: 'logger', sockets: LOCAL_SOCKETS },
): Syslog {
  const code = SYSLOG_FACILITIES.get(facility)!;
  if (collector !== undefined) return new RemoteSyslog(code, collector, complain);
  const socket = local.sockets.find((path) => fs.existsSync(path));
  if (socket === undefined) {
    throw new Error(
      `Syslog setup error: no syslog daemon listens on ${local.sockets.join(', ')}; ` +
        'start one, or name a collector with syslog_address',
    );
  }
  return new LoggerProcess(code, local.program, socket, complain);
}

/** RFC 5424 section 6.2.1. */
function priority(facility: number, { level }: LogEntry): number {
  return facility * 8 + SEVERITIES[level];
}

class RemoteSyslog implements Syslog {
  readonly #facility: number;
  readonly #socket: dgram.Socket;
  readonly #collector: { readonly host: string; readonly port: number };

  constructor(
    facility: number,
    collector: { readonly host: string; readonly port: number },
    complain: (text: string) => void,
  ) {
    this.#facility = facility;
    this.#collector = collector;
    this.#socket = dgram.createSocket(collector.host.includes(':') ? 'udp6' : 'udp4');
    this.#socket.on('error', (error) => complain(`syslog: ${error.message}`));
    // The agent's end does not wait for it.
    this.#socket.unref();
  }

  write(entry: LogEntry): void {
    const head = `<${priority(this.#facility, entry)}>1 ${entry.at.toISOString()} ${os.hostname()}`;
    const line = `${head} ${TAG} ${process.pid} - - ${entry.name}: ${entry.text}`;
    const datagram = Buffer.from(line).subarray(0, MAX_DATAGRAM_BYTES);
    this.#socket.send(datagram, this.#collector.port, this.#collector.host);
  }

  close(): void {
    this.#socket.close();
  }
}

class LoggerProcess implements Syslog {
  readonly #facility: number;
  readonly #program: string;
  readonly #socket: string;
  readonly #complain: (text: string) => void;
  #child: ChildProcessByStdio<Writable, null, null> | null = null;
  #startedAt = Number.NEGATIVE_INFINITY;

  constructor(facility: number, program: string, socket: string, complain: (text: string) => void) {
    this.#facility = facility;
    this.#program = program;
    this.#socket = socket;
    this.#complain = complain;
  }

  write(entry: LogEntry): void {
    // A line of its own for each entry; `logger` reads the priority at its start.
    const text = `${entry.name}: ${entry.text}`.replaceAll('\n', ' ');
    this.#running()?.stdin.write(`<${priority(this.#facility, entry)}>${text}\n`);
  }

  close(): void {
    this.#child?.stdin.end();
    this.#child = null;
  }

  #running(): ChildProcessByStdio<Writable, null, null> | null {
    const now = performance.now();
    if (this.#child !== null || now - this.#startedAt < RESTART_INTERVAL_MS) return this.#child;
    this.#startedAt = now;
    const args = ['--prio-prefix', `--tag=${TAG}`, `--id=${process.pid}`];
    const child = spawn(this.#program, [...args, `--socket=${this.#socket}`], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const lose = (reason: string): void => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#complain(`syslog: ${this.#program} ${reason}`);
    };
    child.on('error', (error) => lose(`cannot run: ${error.message}`));
    child.on('exit', (code, signal) => lose(`ended with ${code ?? signal}`));
    child.stdin.on('error', (error) => lose(`takes no more: ${error.message}`));
    this.#child = child;
    return child;
  }
}
