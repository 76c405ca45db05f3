/** Where the agent's log goes: standard output, a file, syslog. */
import type { AgentConfig } from './config/agent-config.ts';
import { LogFile } from './lib/log-file.ts';
import { type LogHub, renderLogJSON, renderLogLine } from './lib/log.ts';
import { openSyslog } from './lib/syslog.ts';

/**
 * @param current asked at each line, as a reload may change the level; the rest is read once
 * @returns a function that ends the writing
 * @throws Error for a file or a syslog that cannot be opened
 */
export function writeLog(
  current: () => AgentConfig,
  logs: LogHub,
  { stdout, stderr }: Record<'stdout' | 'stderr', NodeJS.WritableStream>,
): () => void {
  const config = current();
  const render = config.log.json ? renderLogJSON : renderLogLine;
  const { file: logFile, rotateMs, rotateBytes, rotateMaxFiles: maxFiles } = config.log;
  const file =
    logFile === ''
      ? null
      : new LogFile({ path: logFile, rotateMs, rotateBytes, maxFiles }, () => Date.now());
  const complain = (text: string): void => void stderr.write(`==> ${text}\n`);
  const syslog = config.log.syslog && openSyslog({ ...config.log.syslog, complain });
  let isFileLost = false;
  const toFile = (line: string): void => {
    try {
      file?.write(line);
      isFileLost = false;
    } catch (error) {
      // A full disk must not end the agent: whoever logs expects no error.
      if (!isFileLost) complain(`${logFile}: ${(error as Error).message}`);
      isFileLost = true;
    }
  };
  const unlisten = logs.listen(
    () => current().log.level,
    (entry) => {
      const line = `${render(entry)}\n`;
      stdout.write(line);
      toFile(line);
      syslog?.write(entry);
    },
  );
  return () => {
    unlisten();
    file?.close();
    syslog?.close();
  };
}
