/**
 * Tells systemd of the agent's state (sd_notify(3)), for units with `Type=notify`.
 *
 * Node cannot send datagrams to a unix socket, so systemd's own `systemd-notify` does; the unit has to say `NotifyAccess=all`.
 */
import { spawn } from 'node:child_process';

export type UnitState = '--ready' | '--stopping' | '--reloading';

/** Does nothing where no service manager listens. A notice that fails is said through `warn`: the agent runs on. */
export function notifySystemd(
  state: UnitState,
  env: Readonly<Record<string, string | undefined>>,
  warn: (text: string) => void,
): void {
  if (!env['NOTIFY_SOCKET']) return;
  const child = spawn('systemd-notify', [state, `--pid=${process.pid}`], {
    stdio: 'ignore',
    env: { ...env },
  });
  child.on('error', (error) => warn(`cannot notify systemd: ${error.message}`));
  child.on('exit', (code) => {
    if (code !== 0) warn(`systemd-notify ${state} ended with code ${code}`);
  });
  child.unref();
}
