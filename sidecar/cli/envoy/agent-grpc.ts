/** Where Envoy finds its agent. */
import fs from 'node:fs';
import path from 'node:path';
import { describeFileError } from '../../client/errors.ts';
import { CommandError } from '../command.ts';
import type { EnvoyContext } from '../commands/connect-envoy.ts';
import { parseAddress, resolveAddress } from './address.ts';
import type { AgentGRPC } from './static-resources.ts';

interface XDSPorts {
  readonly xDS?: { readonly Ports?: { readonly Plaintext?: number; readonly TLS?: number } } | null;
}

/** Consul's ports.grpc, for an agent that does not say. */
const DEFAULT_ADDRESS = 'localhost:8502';

/** @throws CommandError for an address or a file that does not hold */
export async function agentGRPC(context: EnvoyContext): Promise<AgentGRPC> {
  const { flags, io } = context;
  const authorities = readAuthorities(
    flags['grpc-ca-file'] || (io.env.CONSUL_GRPC_CACERT ?? ''),
    flags['grpc-ca-path'] || (io.env.CONSUL_GRPC_CAPATH ?? ''),
  );
  const given =
    flags['grpc-addr'] || io.env.CONSUL_GRPC_ADDR || (await ownAddress(context)) || DEFAULT_ADDRESS;
  if (given.startsWith('unix://')) {
    return { at: { path: given.slice('unix://'.length) }, authorities: undefined };
  }
  const isTLS = given.startsWith('https://');
  const address = given.replace(/^https?:\/\//, '');
  const at = await resolveAddress(parseAddress(address, 'Invalid Consul HTTP address: '));
  return { at, authorities: isTLS ? authorities : undefined };
}

/** As the agent says it; one that says nothing, or not to this token, has the default. */
async function ownAddress({ client }: EnvoyContext): Promise<string> {
  const self = await client
    .json<XDSPorts>({ path: '/v1/agent/self' })
    .catch(() => ({}) as XDSPorts);
  const { TLS = 0, Plaintext = 0 } = self.xDS?.Ports ?? {};
  if (TLS > 0) return `https://localhost:${TLS}`;
  return Plaintext > 0 ? `http://localhost:${Plaintext}` : '';
}

function readAuthorities(file: string, folder: string): string {
  if (file !== '') return readPEM(file);
  if (folder === '') return '';
  try {
    const names = fs.readdirSync(folder).toSorted();
    return names.map((name) => readPEM(path.join(folder, name))).join('');
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`Error loading from ${folder}: ${describeFileError(error, folder)}`);
  }
}

function readPEM(file: string): string {
  try {
    return `${fs.readFileSync(file, 'utf8').trimEnd()}\n`;
  } catch (error) {
    throw new CommandError(`Error loading from ${file}: ${describeFileError(error, file)}`);
  }
}
