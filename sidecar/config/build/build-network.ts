import {
  AddressReader,
  buildAdvertiseAddresses,
  buildBindAddress,
  buildListeners,
} from './build-addresses.ts';
import { buildGossipPool } from './build-gossip.ts';
import { buildPorts } from './build-ports.ts';
import type { AgentConfig } from '../agent-config.ts';
import type { ListenAddress } from '../agent-config-network.ts';
import type { BuildContext } from './build-context.ts';

type NetworkPart = Pick<
  AgentConfig,
  | 'bindAddress'
  | 'advertiseAddress'
  | 'advertiseAddressWAN'
  | 'taggedAddresses'
  | 'translateWANAddresses'
  | 'clientAddresses'
  | 'ports'
  | 'listeners'
  | 'unixSockets'
  | 'gossipLAN'
  | 'gossipWAN'
>;

/** Addresses, ports and listeners, and that no two of them are the same. */
export function buildNetwork(context: BuildContext, server: boolean): NetworkPart {
  const { raw } = context;
  const reader = new AddressReader(context);
  const ports = buildPorts(context, server);
  const bindAddress = buildBindAddress(context, reader);
  const advertise = buildAdvertiseAddresses(context, reader, bindAddress);
  const clientAddresses = buildClientAddresses(context, reader);
  const listeners = (key: 'dns' | 'http' | 'https' | 'grpc' | 'grpc_tls', port: number) =>
    buildListeners(reader.list(`addresses.${key}`, raw.addresses?.[key]), clientAddresses, port);
  const network: NetworkPart = {
    bindAddress,
    advertiseAddress: advertise.lan,
    advertiseAddressWAN: advertise.wan,
    taggedAddresses: advertise.tagged,
    translateWANAddresses: raw.translate_wan_addrs ?? false,
    clientAddresses,
    ports,
    listeners: {
      http: listeners('http', ports.http),
      https: listeners('https', ports.https),
      dns: listeners('dns', ports.dns),
      grpc: listeners('grpc', ports.grpc),
      grpcTLS: listeners('grpc_tls', ports.grpcTLS),
      server: { kind: 'tcp', host: bindAddress, port: ports.server },
    },
    unixSockets: {
      user: raw.unix_sockets?.user ?? '',
      group: raw.unix_sockets?.group ?? '',
      mode: raw.unix_sockets?.mode ?? '',
    },
    gossipLAN: buildGossipPool(context, reader, 'lan', {
      bindAddress: reader.single('serf_lan', raw.serf_lan) ?? bindAddress,
      advertiseAddress: advertise.lan,
      port: ports.serfLAN,
    }),
    gossipWAN:
      ports.serfWAN <= 0
        ? undefined
        : buildGossipPool(context, reader, 'wan', {
            bindAddress: reader.single('serf_wan', raw.serf_wan) ?? bindAddress,
            advertiseAddress: advertise.wan,
            port: ports.serfWAN,
          }),
  };
  checkListeners(context, network);
  return network;
}

function buildClientAddresses(context: BuildContext, reader: AddressReader): string[] {
  const addresses = reader.listOfIPs('client_addr', context.raw.client_addr ?? '127.0.0.1');
  if (context.raw.client_addr === '') {
    context.warn(
      'client_addr is empty, client services ' +
        '(DNS, HTTP, HTTPS, GRPC) will not be listening for connections',
    );
  }
  return addresses;
}

/** Two interfaces on one address would only show at start, as "address in use" by oneself. */
function checkListeners(context: BuildContext, network: NetworkPart): void {
  const { listeners, ports } = network;
  if (listeners.dns.some(({ kind }) => kind === 'unix')) {
    context.fail('addresses.dns', 'DNS address cannot be a unix socket');
  }
  const taken = new Map<string, string>();
  const take = (name: string, key: string, address: ListenAddress) => {
    const text = renderListenAddress(address);
    const other = taken.get(text);
    if (other === undefined) taken.set(text, name);
    else context.fail(key, `${name} address ${text} already configured for ${other}`);
  };
  for (const address of listeners.dns) take('DNS', 'ports.dns', address);
  for (const address of listeners.http) take('HTTP', 'ports.http', address);
  for (const address of listeners.https) take('HTTPS', 'ports.https', address);
  const lan = network.advertiseAddress;
  take('RPC Advertise', 'ports.server', { kind: 'tcp', host: lan, port: ports.server });
  take('Serf Advertise LAN', 'ports.serf_lan', { kind: 'tcp', host: lan, port: ports.serfLAN });
  if (network.gossipWAN !== undefined) {
    const wan = network.advertiseAddressWAN;
    take('Serf Advertise WAN', 'ports.serf_wan', { kind: 'tcp', host: wan, port: ports.serfWAN });
  }
}

export function renderListenAddress(address: ListenAddress): string {
  if (address.kind === 'unix') return address.path;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${address.port}`;
}
