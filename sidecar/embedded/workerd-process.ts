/**
 * A workerd child process: started, watched, restarted when it dies, and gone when we are.
 *
 * workerd runs in a process group of its own, so that Ctrl-C reaches it only through us; a small shell holds the other
 * end of our pipe and ends it when that closes, even after a `kill -9` of the sidecar.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { LISTENER } from './workerd-config.ts';

export interface WorkerdProcessOptions {
  readonly binary: string;
  readonly configPath: string;
  /** Left behind by a workerd that was killed, it would keep the next from listening: removed before each start. */
  readonly localSocket?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly log: { info(text: string): void; warn(text: string): void; error(text: string): void };
}

/**
 * `"$@"` is workerd with its arguments; fd 3 is its control pipe. Our stdin is the leash: it is moved to fd 4 first,
 * because a shell gives background commands an empty stdin.
 */
const LEASH = [
  'exec 4<&0',
  '"$@" </dev/null 4<&- & pid=$!',
  '{ cat <&4; kill -9 $pid; } >/dev/null 2>&1 3>&- & leash=$!',
  'exec 3>&- 4<&-',
  'wait $pid; code=$?',
  'kill $leash 2>/dev/null',
  'exit $code',
].join('\n');

const READY_TIMEOUT_MS = 10_000;
/** A child that dies this soon after its start is a fault, not an accident: the waits between restarts grow. */
const STABLE_AFTER_MS = 10_000;
const MAX_RESTART_WAIT_MS = 5_000;
const MAX_READY_RESTART_WAIT_MS = 500;
const STOP_TIMEOUT_MS = 3_000;
/** What is kept of workerd's own words for the error text when it does not start. */
const MAX_KEPT_OUTPUT_CHARS = 4_000;

export class WorkerdProcess {
  readonly #options: WorkerdProcessOptions;
  #child: ChildProcess | null = null;
  #stopped = false;
  #failures = 0;
  #restart: NodeJS.Timeout | null = null;
  #output = '';
  #port = 0;
  /** Whether the present child has listened. */
  #isReady = false;
  /** Restarts since the start: a test shows that a killed child came back. */
  restarts = 0;

  constructor(options: WorkerdProcessOptions) {
    this.#options = options;
  }

  /** Where it listens; another one after a restart when the port was left to the system. */
  get port(): number {
    return this.#port;
  }

  /** The shell that leads the child's process group; undefined while none runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves once workerd listens. @throws Error with workerd's own words when it does not come up */
  async start(): Promise<void> {
    await this.#spawn();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    const child = this.#child;
    // Gone already, by itself or by an earlier stop: it will not close again.
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => killGroup(child, 'SIGKILL'), STOP_TIMEOUT_MS);
      child.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      killGroup(child, 'SIGTERM');
    });
  }

  /** @param made told once there is a process, which will end, or tell that it could not begin */
  async #spawn(made: () => void = () => {}): Promise<void> {
    const { binary, configPath, localSocket, env } = this.#options;
    const startedAt = Date.now();
    if (localSocket !== undefined) rmSync(localSocket, { force: true });
    const child = spawn(
      '/bin/sh',
      [
        '-c',
        LEASH,
        'sh',
        binary,
        'serve',
        '--experimental',
        '--control-fd=3',
        configPath,
        'config',
      ],
      { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe', 'pipe'], detached: true },
    );
    made();
    this.#child = child;
    this.#isReady = false;
    this.#output = '';
    child.stdin?.on('error', () => {});
    for (const stream of [child.stdout, child.stderr]) this.#keepOutput(stream);
    const ready = this.#whenListening(child);
    child.once('exit', (code, signal) => {
      child.stdin?.destroy();
      // The shell is gone; workerd may first wait for its connections to end. Whoever takes the data directory next must
      // be alone in it, and what was acknowledged is on disk.
      killGroup(child, 'SIGKILL');
      this.#exited(child, startedAt, code, signal);
    });
    // A process that never was has no end: no file handles or no memory were left for it.
    child.once('error', (error) => this.#exited(child, startedAt, null, error.message));
    await ready;
  }

  #whenListening(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        clearTimeout(timer);
        reject(
          new Error(
            `the control plane did not start: ${why}${this.#output ? `\n${this.#output}` : ''}`,
          ),
        );
      };
      const timer = setTimeout(() => {
        killGroup(child, 'SIGKILL');
        fail(`it did not listen within ${READY_TIMEOUT_MS} ms`);
      }, READY_TIMEOUT_MS);
      child.once('error', (error) => fail(error.message));
      child.once('exit', (code) => fail(`it exited with code ${code}`));
      eachLine(child.stdio[3] as Readable, (line) => {
        const event = parseEvent(line);
        if (event?.event !== 'listen' || event.socket !== LISTENER) return;
        clearTimeout(timer);
        this.#port = event.port ?? this.#port;
        this.#isReady = true;
        resolve();
      });
    });
  }

  #exited(
    child: ChildProcess,
    startedAt: number,
    code: number | null,
    signal: string | null,
  ): void {
    if (this.#stopped || child !== this.#child) return;
    this.#child = null;
    if (this.#port === 0) return;
    this.#failures = Date.now() - startedAt > STABLE_AFTER_MS ? 0 : this.#failures + 1;
    const waitMs = this.#isReady ? this.#readyRestartWaitMs() : this.#faultyRestartWaitMs();
    const how = signal ?? `code ${code}`;
    this.#options.log.warn(`the control plane ended (${how}); starting it again in ${waitMs} ms`);
    this.#startLater(waitMs);
  }

  #startLater(waitMs: number): void {
    this.#restart = setTimeout(() => {
      this.restarts++;
      let isStarted = false;
      this.#spawn(() => (isStarted = true)).catch((error: Error) => {
        this.#options.log.error(error.message);
        // The end of a process starts the next; where none could be made, nothing ends.
        if (!isStarted && !this.#stopped) this.#startLater(MAX_RESTART_WAIT_MS);
      });
    }, waitMs);
  }

  /** What ran and was killed comes back at once: clients hold their calls for a few seconds only. */
  #readyRestartWaitMs(): number {
    return Math.min(MAX_READY_RESTART_WAIT_MS, 20 * (this.#failures - 1));
  }

  /** What does not even come up is a fault that time may mend, a full disk for one. */
  #faultyRestartWaitMs(): number {
    return Math.min(MAX_RESTART_WAIT_MS, 100 * 2 ** this.#failures);
  }

  #keepOutput(stream: Readable | null): void {
    if (stream === null) return;
    eachLine(stream, (line) => {
      this.#output = `${this.#output}${line}\n`.slice(-MAX_KEPT_OUTPUT_CHARS);
      this.#options.log.warn(`control plane: ${line}`);
    });
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}

function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') take(line);
  });
  stream.on('error', () => {});
}

interface ControlEvent {
  readonly event: string;
  readonly socket?: string;
  readonly port?: number;
}

function parseEvent(line: string): ControlEvent | null {
  try {
    return JSON.parse(line) as ControlEvent;
  } catch {
    return null;
  }
}
