/**
 * What signals mean to an agent (Consul's command/agent): SIGINT and SIGTERM end it, with or without leaving the cluster as
 * `skip_leave_on_interrupt` and `leave_on_terminate` say; SIGHUP reloads; a second signal ends at once.
 */
import type { EventEmitter } from 'node:events';

export interface SignalledAgent {
  readonly config: { readonly skipLeaveOnInterrupt: boolean; readonly leaveOnTerminate: boolean };
  leave(): Promise<void>;
  reload(): Promise<void>;
}

export interface SignalLog {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** The service manager: it says that a reload is done, and waits for an end, by what it is told. */
export interface ServiceManager {
  notify(state: 'RELOADING' | 'READY' | 'STOPPING'): void;
}

/** Consul's gracefulTimeout: a datacenter that is away must not hold a host's shutdown up. */
const LEAVE_LIMIT_MS = 15_000;

type Ending = 'SIGINT' | 'SIGTERM';

/**
 * @param source the process
 * @param end called with the exit code, once
 * @returns a function that stops listening
 */
export function listenForSignals(
  source: Pick<EventEmitter, 'on' | 'off'>,
  agent: SignalledAgent,
  log: SignalLog,
  manager: ServiceManager,
  end: (code: number) => void,
): () => void {
  let isEnding = false;
  const stop = (signal: Ending): void => {
    if (isEnding) {
      log.info('Exiting: a second signal was caught');
      end(1);
      return;
    }
    isEnding = true;
    manager.notify('STOPPING');
    log.info(`Caught: signal=${signal}`);
    const { skipLeaveOnInterrupt, leaveOnTerminate } = agent.config;
    const leaves = signal === 'SIGINT' ? !skipLeaveOnInterrupt : leaveOnTerminate;
    if (!leaves) {
      log.info('Graceful shutdown disabled. Exiting');
      end(0);
      return;
    }
    log.info('Gracefully shutting down agent...');
    void leaveInTime(agent, log).then(end);
  };
  const onInterrupt = (): void => stop('SIGINT');
  const onTerminate = (): void => stop('SIGTERM');
  const onHangUp = (): void => {
    log.info('Caught: signal=SIGHUP');
    manager.notify('RELOADING');
    void agent
      .reload()
      .then(
        () => log.info('Configuration reloaded'),
        (error: Error) => log.error(`Failed to reload, nothing changed: ${error.message}`),
      )
      .then(() => manager.notify('READY'));
  };
  source.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate).on('SIGHUP', onHangUp);
  return () =>
    source.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate).off('SIGHUP', onHangUp);
}

/** @returns the exit code */
async function leaveInTime(agent: SignalledAgent, log: SignalLog): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<'overdue'>((resolve) => {
    timer = setTimeout(() => resolve('overdue'), LEAVE_LIMIT_MS);
  });
  try {
    const outcome = await Promise.race([agent.leave(), overdue]);
    if (outcome !== 'overdue') {
      log.info('Graceful exit completed');
      return 0;
    }
    log.warn('Timeout on graceful leave. Exiting');
  } catch (error) {
    log.error(`Error on leave: ${(error as Error).message}`);
  } finally {
    clearTimeout(timer);
  }
  return 1;
}
