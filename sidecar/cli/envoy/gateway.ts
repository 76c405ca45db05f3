/** Gateways at the agent, and their registration. */
import os from 'node:os';
import type { ConsulClient } from '../../client/http-client.ts';
import { CommandError, orFail } from '../command.ts';
import type { EnvoyContext } from '../commands/connect-envoy.ts';
import type { AgentServiceEntry } from '../connect-sidecar.ts';
import { parseAddress } from './address.ts';
import type { SocketAddress } from './static-resources.ts';

const KINDS = {
  api: 'api-gateway',
  ingress: 'ingress-gateway',
  mesh: 'mesh-gateway',
  terminating: 'terminating-gateway',
} as const;

export type GatewayKind = (typeof KINDS)[keyof typeof KINDS];

/** Where Consul's gateways listen unless they are told. */
const DEFAULT_PORT = 8443;

/** @param flag '' for no gateway. @throws CommandError for a kind that there is none of */
export function gatewayKind(flag: string): GatewayKind | undefined {
  if (flag === '') return undefined;
  if (Object.hasOwn(KINDS, flag)) return KINDS[flag as keyof typeof KINDS];
  throw new CommandError('Gateway must be one of: api, terminating, mesh, or ingress');
}

/** The first of its kind. @throws CommandError when there is none */
export async function findGateway(
  client: ConsulClient,
  kind: GatewayKind,
): Promise<AgentServiceEntry> {
  const services = await orFail(
    `Failed looking up ${kind} info`,
    client.json<Record<string, AgentServiceEntry>>({ path: '/v1/agent/services' }),
  );
  const found = Object.values(services).find(({ Kind }) => Kind === kind);
  if (found === undefined) {
    throw new CommandError(`No ${kind} services registered with this agent`);
  }
  return found;
}

export interface NewGateway {
  readonly id: string;
  readonly service: string;
  readonly kind: GatewayKind;
}

export async function registerGateway(context: EnvoyContext, gateway: NewGateway): Promise<void> {
  const { client, flags } = context;
  const binds = Object.entries(flags['bind-address']).map(([name, address]) => {
    const { host, port } = parseAddress(address);
    return [name, { Address: host, Port: port }] as const;
  });
  const lan = flags.address === '' ? { host: '', port: DEFAULT_PORT } : parseAddress(flags.address);
  const wan = wanAddress(flags['wan-address'], gateway.kind);
  if (binds.length === 0) requireBindable(lan, 'LAN');
  const tagged = (address: SocketAddress) => ({ Address: address.host, Port: address.port });
  const body = {
    Kind: gateway.kind,
    ID: gateway.id,
    Name: gateway.service,
    Address: lan.host,
    Port: lan.port,
    ...(flags['expose-servers'] ? { Meta: { 'consul-wan-federation': '1' } } : {}),
    TaggedAddresses: {
      ...(lan.host === '' ? {} : { lan: tagged(lan) }),
      ...(wan === undefined ? {} : { wan: tagged(wan) }),
    },
    Proxy:
      binds.length === 0
        ? {}
        : {
            Config: {
              envoy_gateway_no_default_bind: true,
              envoy_gateway_bind_addresses: Object.fromEntries(binds),
            },
          },
    Check: {
      Name: `${gateway.kind} listening`,
      TCP: `${lan.host || '127.0.0.1'}:${lan.port}`,
      Interval: '10s',
      DeregisterCriticalServiceAfter: flags['deregister-after-critical'],
    },
  };
  await orFail(
    'Error registering service',
    client.request({
      method: 'PUT',
      path: '/v1/agent/service/register',
      body: JSON.stringify(body),
    }),
  );
}

/** An ingress gateway listens at many ports, so its address has none. */
function wanAddress(text: string, kind: GatewayKind): SocketAddress | undefined {
  if (text === '') return undefined;
  if (kind === 'ingress-gateway' && !/:\d+$/.test(text)) return { host: text, port: 0 };
  return parseAddress(text);
}

function requireBindable({ host }: SocketAddress, which: string): void {
  if (host === '' || host === '0.0.0.0' || host === '::') return;
  const own = Object.values(os.networkInterfaces()).flatMap((addresses) => addresses ?? []);
  if (own.some(({ address }) => address === host)) return;
  throw new CommandError(
    `The ${which} address "${host}" will not be bindable. Either set a bindable address or override the bind addresses with -bind-address`,
  );
}
