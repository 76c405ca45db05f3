/** Reads the files that a TLS connection to the agent needs. Loaded only for https addresses. */
import { readdirSync, readFileSync } from 'node:fs';
import type { AgentOptions } from 'node:https';
import { join } from 'node:path';
import type { ClientTLSConfig } from './client-config.ts';
import { ClientConfigError, describeFileError } from './errors.ts';

export function readTLSOptions(config: ClientTLSConfig): AgentOptions {
  if ((config.clientCert === undefined) !== (config.clientKey === undefined)) {
    throw new ClientConfigError('both client cert and client key must be provided');
  }
  const options: AgentOptions = { rejectUnauthorized: config.verify };
  const authorities = readAuthorities(config);
  if (authorities !== undefined) options.ca = authorities;
  if (config.clientCert !== undefined) options.cert = read(config.clientCert);
  if (config.clientKey !== undefined) options.key = read(config.clientKey);
  if (config.serverName !== undefined) options.servername = config.serverName;
  return options;
}

/** A CA file excludes a CA directory: as in Consul, the file is then the only source. */
function readAuthorities(config: ClientTLSConfig): string[] | undefined {
  if (config.caFile !== undefined) return [read(config.caFile)];
  if (config.caPath === undefined) return undefined;
  const directory = config.caPath;
  try {
    return readdirSync(directory)
      .toSorted()
      .map((name) => read(join(directory, name)));
  } catch (error) {
    if (error instanceof ClientConfigError) throw error;
    throw new ClientConfigError(describeFileError(error, directory).replace(/^open/, 'lstat'));
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ClientConfigError(`Error loading CA File: ${describeFileError(error, path)}`);
  }
}
