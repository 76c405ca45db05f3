/** Rules of `proxy-defaults`. */
import type { Entry } from '../../../protocol/config-entries/kinds.ts';
import { invalid } from '../../../protocol/errors.ts';
import { type KindRules, quote, refuseFaults, validateMeta } from '../kind-rules.ts';
import { extensionFaults } from './envoy-extension.ts';
import { failoverPolicyFault, validateLocality } from './failover.ts';
import { validateMutualTLSMode } from './mutual-tls.ts';

type ProxyDefaults = Entry<'proxy-defaults'>;

/** The only entry of this kind. */
const GLOBAL = 'global';

export const proxyDefaults: KindRules<'proxy-defaults'> = {
  normalize(entry) {
    const name = entry.Name ?? '';
    if (name !== '' && name !== GLOBAL) {
      throw invalid(`invalid name (${quote(name)}), only "global" is supported`);
    }
    entry.Name = GLOBAL;
  },
  validate(entry) {
    validateAccessLogs(entry.AccessLogs ?? {});
    validateMeta(entry.Meta);
    validateSocketDirectory(entry.Config ?? {});
    refuseFaults(extensionFaults(entry.EnvoyExtensions));
    const fault = failoverPolicyFault(entry.FailoverPolicy);
    if (fault !== undefined) throw invalid(fault);
    validateLocality(entry.PrioritizeByLocality);
    validateMutualTLSMode(entry.MutualTLSMode);
  },
};

const LOG_SINKS: readonly string[] = ['', 'stderr', 'stdout', 'file'];

function validateAccessLogs(logs: NonNullable<ProxyDefaults['AccessLogs']>): void {
  const { Type = '', Path = '', JSONFormat = '', TextFormat = '' } = logs;
  if (!LOG_SINKS.includes(Type)) throw invalid(`invalid access log type: ${Type}`);
  if (Type === 'file' && Path === '') {
    throw invalid('path must be specified when using file type access logs');
  }
  if (JSONFormat !== '' && TextFormat !== '') {
    throw invalid('cannot specify both access log JSONFormat and TextFormat');
  }
  if (Type !== 'file' && Path !== '') {
    throw invalid('path is only valid for file type access logs');
  }
  if (JSONFormat === '') return;
  try {
    JSON.parse(JSONFormat);
  } catch (error) {
    throw invalid(`invalid access log json for JSON format: ${(error as Error).message}`);
  }
}

/** Names of Unix sockets have about a hundred characters at most; the file's own name takes 32. */
const MAX_SOCKET_DIRECTORY_CHARS = 70;

function validateSocketDirectory(config: Readonly<Record<string, unknown>>): void {
  const name = 'envoy_hcp_metrics_bind_socket_dir';
  const path = config[name];
  if (typeof path === 'string' && path.length > MAX_SOCKET_DIRECTORY_CHARS) {
    throw invalid(
      `Config: ${name} length ${path.length} exceeds max ${MAX_SOCKET_DIRECTORY_CHARS}`,
    );
  }
}
