/** Where the agent's log goes: standard output always, a file, syslog. */
import { resolve } from 'node:path';
import { SYSLOG_FACILITIES } from '../../lib/syslog.ts';
import type { LogConfig, SyslogConfig } from '../agent-config-security.ts';
import type { BuildContext } from './build-context.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

export function buildLog(context: BuildContext): LogConfig {
  const { raw } = context;
  return {
    level: context.oneOf(
      'log_level',
      levelName(raw.log_level),
      LEVELS,
      context.dev ? 'debug' : 'info',
      () => `Invalid log level: ${raw.log_level}`,
    ),
    json: raw.log_json ?? false,
    file: raw.log_file ? resolveKeepingSlash(context.cwd, raw.log_file) : '',
    // Go's logger rotates daily when a file is given without a duration.
    rotateMs: context.ms(raw.log_rotate_duration, '24h') || context.ms('24h'),
    rotateBytes: raw.log_rotate_bytes ?? 0,
    rotateMaxFiles: raw.log_rotate_max_files ?? 0,
    syslog: raw.enable_syslog ? readSyslog(context) : undefined,
    enableDebug: raw.enable_debug ?? context.dev,
  };
}

/** `ERR` is what Consul's older configurations say. */
function levelName(text: string | undefined): string | undefined {
  const name = text?.toLowerCase();
  return name === 'err' ? 'error' : name;
}

function readSyslog(context: BuildContext): SyslogConfig {
  const { syslog_facility: facility = 'LOCAL0', syslog_address: address = '' } = context.raw;
  const name = facility.toUpperCase();
  if (!SYSLOG_FACILITIES.has(name)) {
    const known = [...SYSLOG_FACILITIES.keys()].join(', ');
    context.fail('syslog_facility', `invalid syslog facility: ${facility}`, `one of ${known}`);
  }
  return {
    facility: name,
    collector: address === '' ? undefined : readCollector(context, address),
  };
}

function readCollector(context: BuildContext, address: string): SyslogConfig['collector'] {
  const [, host = '', port = ''] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(address) ?? [];
  if (host === '' || Number(port) < 1 || Number(port) > 65_535) {
    const message = `not a host and port: ${JSON.stringify(address)}`;
    context.fail('syslog_address', message, 'for example "10.0.0.5:514"');
  }
  return { host, port: Number(port) };
}

/**
 * A trailing slash tells a directory, in which the log file gets the agent's name; `resolve` would
 * drop it.
 */
function resolveKeepingSlash(cwd: string, path: string): string {
  const full = resolve(cwd, path);
  return path.endsWith('/') ? `${full}/` : full;
}
