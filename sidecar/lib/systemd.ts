/**
 * Tells systemd of the agent's state (sd_notify(3)), for units with `Type=notify`.
 *
 * Node cannot send datagrams to a unix socket, so systemd's own `systemd-notify` does; the unit has to say `NotifyAccess=all`.
 */
import { spawn } from 'node:child_process';

/** The variables of sd_notify(3), as such: systemd-notify has options of these names since systemd 253 only. */
export type UnitState = 'READY' | 'STOPPING' | 'RELOADING';

/** A service manager that does not take its notice for so long is not waited for. */
const NOTICE_LIMIT_MS = 5_000;

export class SystemdNotifier {
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #warn: (text: string) => void;
  #sent: Promise<void> = Promise.resolve();
  #state: UnitState | undefined;

  /** @param warn is told of a notice that failed: the agent runs on */
  constructor(env: Readonly<Record<string, string | undefined>>, warn: (text: string) => void) {
    this.#env = env;
    this.#warn = warn;
  }

  /** Notices arrive in the order of the calls; what was said last is not repeated. Does nothing where no service manager listens. */
  notify(state: UnitState): void {
    if (!this.#env['NOTIFY_SOCKET'] || state === this.#state) return;
    this.#state = state;
    this.#sent = this.#sent.then(() => this.#send(state));
  }

  /** Resolves when all notices have been sent or given up: a process that ends before would leave one behind. */
  settled(): Promise<void> {
    return this.#sent;
  }

  #send(state: UnitState): Promise<void> {
    return new Promise((resolve) => {
      const child = spawn('systemd-notify', [`--pid=${process.pid}`, `${state}=1`], {
        stdio: 'ignore',
        env: { ...this.#env },
        timeout: NOTICE_LIMIT_MS,
      });
      child.once('error', (error) => {
        this.#warn(`cannot notify systemd: ${error.message}`);
        resolve();
      });
      child.once('exit', (code, signal) => {
        if (code !== 0) this.#warn(`systemd-notify ${state} ended with ${code ?? signal}`);
        resolve();
      });
    });
  }
}
