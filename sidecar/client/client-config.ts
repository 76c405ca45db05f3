/**
 * The client's settings, out of flags and environment.
 *
 * Order of precedence for the token: `-token-file`, `-token`, the variable of the file, the variable of the token.
 * Everything else: flag, variable, default. An empty variable counts as unset (Consul's api.DefaultConfig).
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DEFAULT_AGENT_ADDRESS, parseAgentAddress } from './address.ts';
import type { AgentAddress } from './address.ts';
import { ClientConfigError, describeFileError } from './errors.ts';

export interface ClientFlags {
  httpAddress?: string | undefined;
  token?: string | undefined;
  tokenFile?: string | undefined;
  datacenter?: string | undefined;
  stale?: boolean | undefined;
  namespace?: string | undefined;
  partition?: string | undefined;
  caFile?: string | undefined;
  caPath?: string | undefined;
  clientCert?: string | undefined;
  clientKey?: string | undefined;
  tlsServerName?: string | undefined;
}

/** Paths are absolute. Files are read only when a connection needs them. */
export interface ClientTLSConfig {
  readonly caFile?: string;
  readonly caPath?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly serverName?: string;
  readonly verify: boolean;
}

export interface ClientConfig {
  readonly address: AgentAddress;
  readonly token: string;
  /** `user:password` for a proxy before the agent. */
  readonly basicAuth: string;
  readonly datacenter: string;
  readonly stale: boolean;
  readonly namespace: string;
  readonly partition: string;
  readonly tls: ClientTLSConfig;
  /** What could not be read and is left out, for the user. */
  readonly warnings?: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads `LICTOR_<name>`, else `CONSUL_<name>`. */
export function readVariable(environment: Environment, name: string): string | undefined {
  return environment[`LICTOR_${name}`] || environment[`CONSUL_${name}`] || undefined;
}

/** Throws ClientConfigError, worded to follow "Error connecting to Consul agent: ". */
export function resolveClientConfig(
  flags: ClientFlags,
  environment: Environment,
  cwd: string,
): ClientConfig {
  const variable = (name: string) => readVariable(environment, name);
  const warnings: string[] = [];
  const useTLS = parseSwitch(variable('HTTP_SSL'), 'CONSUL_HTTP_SSL', false, warnings);
  const address = flags.httpAddress || variable('HTTP_ADDR') || DEFAULT_AGENT_ADDRESS;
  return {
    address: parseAgentAddress(address, useTLS ? 'https' : 'http'),
    token: resolveToken(flags, variable, cwd),
    basicAuth: variable('HTTP_AUTH') ?? '',
    datacenter: flags.datacenter ?? '',
    stale: flags.stale ?? false,
    namespace: flags.namespace || variable('NAMESPACE') || '',
    partition: flags.partition || variable('PARTITION') || '',
    tls: resolveTLS(flags, variable, cwd, warnings),
    warnings,
  };
}

type Variables = (name: string) => string | undefined;

function resolveTLS(
  flags: ClientFlags,
  variable: Variables,
  cwd: string,
  warnings: string[],
): ClientTLSConfig {
  const path = (value: string | undefined) => (value ? resolve(cwd, value) : undefined);
  const caFile = path(flags.caFile || variable('CACERT'));
  const caPath = path(flags.caPath || variable('CAPATH'));
  const clientCert = path(flags.clientCert || variable('CLIENT_CERT'));
  const clientKey = path(flags.clientKey || variable('CLIENT_KEY'));
  const serverName = flags.tlsServerName || variable('TLS_SERVER_NAME');
  return {
    ...(caFile ? { caFile } : {}),
    ...(caPath ? { caPath } : {}),
    ...(clientCert ? { clientCert } : {}),
    ...(clientKey ? { clientKey } : {}),
    ...(serverName ? { serverName } : {}),
    verify: parseSwitch(variable('HTTP_SSL_VERIFY'), 'CONSUL_HTTP_SSL_VERIFY', true, warnings),
  };
}

function resolveToken(flags: ClientFlags, variable: Variables, cwd: string): string {
  if (flags.tokenFile) return readTokenFile(flags.tokenFile, cwd);
  if (flags.token) return flags.token;
  const file = variable('HTTP_TOKEN_FILE');
  if (file !== undefined) return readTokenFile(file, cwd);
  return variable('HTTP_TOKEN') ?? '';
}

function readTokenFile(path: string, cwd: string): string {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw new ClientConfigError(
      `Error loading token file ${path} : ${describeFileError(error, path)}`,
    );
  }
  return text.trim();
}

const TRUE_TEXTS = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE_TEXTS = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** A boolean as Go's strconv.ParseBool takes it; undefined for anything else. */
export function parseBool(text: string): boolean | undefined {
  if (TRUE_TEXTS.has(text)) return true;
  return FALSE_TEXTS.has(text) ? false : undefined;
}

function parseSwitch(
  text: string | undefined,
  name: string,
  fallback: boolean,
  warnings: string[],
): boolean {
  if (text === undefined) return fallback;
  const value = parseBool(text);
  if (value === undefined) {
    const reason = `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`;
    warnings.push(`could not parse ${name}: error=${JSON.stringify(reason)}`);
  }
  return value ?? fallback;
}
