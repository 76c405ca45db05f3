/** What creating and changing an auth method have in common. */
import type { CommandIO } from '../command-io.ts';
import { CommandError } from '../command.ts';
import { flag } from '../flags.ts';
import { readArgument } from '../input.ts';

const FROM = 'As it is, @FILE for that of a file';

export const AUTH_METHOD_FLAGS = {
  config: flag.text(`Configuration of the method, in JSON. ${FROM}, - for standard input.`),
  description: flag.text('A description of the auth method.'),
  'display-name': flag.text('Name to show to people instead of the name.'),
  'kubernetes-ca-cert': flag.text(
    `Certificate of the CA of the Kubernetes API, in PEM. ${FROM}. Needed by type kubernetes.`,
  ),
  'kubernetes-host': flag.text('Address of the Kubernetes API. Needed by type kubernetes.'),
  'kubernetes-service-account-jwt': flag.text(
    'JWT of a service account that may review tokens. Needed by type kubernetes.',
  ),
  'max-token-ttl': flag.duration(
    'How long the tokens of logins are valid. The default is for ever.',
  ),
  name: flag.text("The auth method's name."),
  'token-locality': flag.text(
    'Where the tokens of logins are valid: local (the default) or global.',
  ),
};

export interface AuthMethodFlags {
  readonly config: string;
  readonly 'kubernetes-ca-cert': string;
  readonly 'kubernetes-host': string;
  readonly 'kubernetes-service-account-jwt': string;
}

type Config = Record<string, unknown>;

/** The configuration that -config gives; undefined without one. Throws CommandError. */
export async function readConfig(
  flags: AuthMethodFlags,
  io: CommandIO,
): Promise<Config | undefined> {
  if (flags.config === '') return undefined;
  if (Object.keys(await kubernetesConfig(flags, io)).length > 0) {
    throw new CommandError("Cannot use command line arguments with '-config' flags");
  }
  const text = await read('configuration file', flags.config, io);
  try {
    return JSON.parse(text) as Config;
  } catch (error) {
    throw new CommandError(`Error parsing JSON configuration file: ${(error as Error).message}`);
  }
}

/** What the flags of Kubernetes give; to methods of other types they mean nothing. Throws CommandError. */
export async function kubernetesConfig(flags: AuthMethodFlags, io: CommandIO): Promise<Config> {
  const config: Config = {};
  if (flags['kubernetes-host'] !== '') config['Host'] = flags['kubernetes-host'];
  if (flags['kubernetes-ca-cert'] !== '') {
    config['CACert'] = await read('Kubernetes CA certificate', flags['kubernetes-ca-cert'], io);
  }
  if (flags['kubernetes-service-account-jwt'] !== '') {
    config['ServiceAccountJWT'] = flags['kubernetes-service-account-jwt'];
  }
  return config;
}

async function read(what: string, argument: string, io: CommandIO): Promise<string> {
  try {
    return (await readArgument(argument, io)).toString('utf8');
  } catch (error) {
    throw new CommandError(`Error loading ${what}: ${(error as Error).message}`);
  }
}

/** As the API takes it; undefined for none. */
export function renderTTL(ms: number): string | undefined {
  return ms > 0 ? `${ms}ms` : undefined;
}
