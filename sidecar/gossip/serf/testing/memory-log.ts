import { Logger, LogHub } from '../../../lib/log.ts';

/** A log whose lines, `level text`, can be looked at. */
export function memoryLog(): { log: Logger; lines: string[] } {
  const hub = new LogHub();
  const lines: string[] = [];
  hub.listen('trace', ({ level, text }) => lines.push(`${level} ${text}`));
  return { log: new Logger(hub, 'test'), lines };
}
