/** `connect envoy -bootstrap`: the configuration that Envoy starts with as a proxy of the mesh. */
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import type { CommandContext } from '../command.ts';
import { findSidecar, readProxyService } from '../connect-sidecar.ts';
import { parseAddress, resolveAddress } from '../envoy/address.ts';
import { agentGRPC } from '../envoy/agent-grpc.ts';
import { type BootstrapRequest, renderBootstrap } from '../envoy/bootstrap.ts';
import { ENVOY_FLAGS } from '../envoy/envoy-flags.ts';
import { type GatewayKind, findGateway, gatewayKind, registerGateway } from '../envoy/gateway.ts';
import { renderFromTemplate } from '../envoy/own-template.ts';
import type { PrometheusTLS, SocketAddress } from '../envoy/static-resources.ts';

export type EnvoyContext = CommandContext<typeof ENVOY_FLAGS>;

/** Of GET /v1/agent/service/:id. */
interface ProxyService {
  readonly ID: string;
  readonly Service: string;
  readonly Datacenter?: string;
  readonly Proxy?: {
    readonly DestinationServiceName?: string;
    readonly Config?: Readonly<Record<string, unknown>> | null;
  };
}

const NOT_BUILT =
  'Envoy asks its agent for its configuration (xDS), which Lictor does not answer yet: Envoy is not started. ' +
  'With -bootstrap the configuration that it would start with is printed; "connect proxy" runs the built-in proxy.';

export const command = defineCommand({
  usage: 'connect envoy -bootstrap [options]',
  about: `Prints the configuration with which Envoy starts as the proxy of a service, or
as a gateway. What else Envoy needs it asks the agent for.

    $ lictor connect envoy -bootstrap -sidecar-for=web`,
  api: [...AGENT, 'namespace', 'partition'],
  flags: ENVOY_FLAGS,
  async run(context) {
    const { flags, io, warn } = context;
    const kind = requireFlags(context);
    if (!flags.bootstrap) throw new CommandError(NOT_BUILT);
    if (flags['admin-access-log-path'] !== DEFAULT_LOG) {
      warn(
        '-admin-access-log-path is deprecated and will be removed in a future version of Consul. Configure access logging with proxy-defaults.accessLogs.',
      );
    }
    const proxy = await findProxy(context, kind);
    const request = await requestOf(context, proxy, kind);
    const template = request.config.envoy_bootstrap_json_tpl;
    const rendered =
      typeof template === 'string' && template !== ''
        ? renderFromTemplate(template, request)
        : renderBootstrap(request);
    io.stdout.write(`${JSON.stringify(rendered, null, 2)}\n`);
  },
});

const DEFAULT_LOG = '/dev/null';

/** @returns the kind of gateway that is meant, if one is */
function requireFlags({ flags }: EnvoyContext): GatewayKind | undefined {
  if (flags['node-name'] !== '' && flags['proxy-id'] === '') {
    throw new CommandError("'-node-name' requires '-proxy-id'");
  }
  if (flags['mesh-gateway'] && flags.gateway !== '') {
    throw new CommandError(
      'The mesh-gateway flag is deprecated and cannot be used alongside the gateway flag',
    );
  }
  const kind = gatewayKind(flags['mesh-gateway'] ? 'mesh' : flags.gateway);
  if (flags.register && kind === undefined) {
    throw new CommandError('Auto-Registration can only be used for gateways');
  }
  return kind;
}

interface FoundProxy {
  readonly id: string;
  /** What it is called in Envoy's metrics, where it is no sidecar. */
  readonly cluster: string;
}

async function findProxy(
  context: EnvoyContext,
  kind: GatewayKind | undefined,
): Promise<FoundProxy> {
  const { client, flags, io } = context;
  const service = flags.service || kind || '';
  if (flags.register && kind !== undefined) {
    const id = flags['proxy-id'] || service;
    await registerGateway(context, { id, service, kind });
    return { id, cluster: service };
  }
  const isNamed = flags['proxy-id'] !== '' || flags['sidecar-for'] !== '' || kind !== undefined;
  const id = flags['proxy-id'] || (isNamed ? '' : (io.env.CONNECT_PROXY_ID ?? ''));
  if (id !== '') return { id, cluster: service || id };
  const sidecarFor = flags['sidecar-for'] || (isNamed ? '' : (io.env.CONNECT_SIDECAR_FOR ?? ''));
  if (sidecarFor !== '') {
    const found = await orFail(
      `Failed looking up sidecar proxy info for ${sidecarFor}`,
      findSidecar(client, sidecarFor, ''),
    );
    return { id: found, cluster: found };
  }
  if (kind === undefined) {
    throw new CommandError(
      'No proxy ID specified. One of -proxy-id, -sidecar-for, or -gateway is required',
    );
  }
  const gateway = await findGateway(client, kind);
  return { id: gateway.ID, cluster: gateway.Service };
}

async function readProxy({ client, flags }: EnvoyContext, id: string): Promise<ProxyService> {
  const node = flags['node-name'];
  const found = await orFail(
    node === ''
      ? 'failed fetch proxy config from local agent'
      : 'failed to fetch proxy config from catalog for node',
    readProxyService<ProxyService>(client, id, node),
  );
  if (found === undefined) throw new CommandError(`Proxy service with ID "${id}" not found`);
  return found;
}

async function requestOf(
  context: EnvoyContext,
  { id, cluster }: FoundProxy,
  kind: GatewayKind | undefined,
): Promise<BootstrapRequest> {
  const { client, flags, io } = context;
  const admin = parseAddress(flags['admin-bind'], 'Invalid Consul HTTP address: ');
  const grpc = await agentGRPC(context);
  const service = await readProxy(context, id);
  if (service.Proxy === undefined) {
    throw new CommandError('service is not a Connect proxy or gateway');
  }
  const destination = service.Proxy.DestinationServiceName || undefined;
  return {
    proxyID: id,
    cluster: destination ?? cluster,
    source: destination ?? service.Service,
    datacenter: service.Datacenter ?? '',
    nodeName: flags['node-name'],
    token: client.config.token,
    grpc,
    admin: await resolveAddress(admin),
    adminLogPath: flags['admin-access-log-path'],
    omitDeprecatedTags: flags['omit-deprecated-tags'],
    ready: readyAddress(context, kind),
    prometheus: {
      backendPort: flags['prometheus-backend-port'],
      scrapePath: flags['prometheus-scrape-path'],
      tls: prometheusTLS(context),
    },
    config: flags['no-central-config'] ? {} : (service.Proxy.Config ?? {}),
    env: io.env,
  };
}

/** Ingress gateways say that they are ready where they are reached, unless they are told another place. */
function readyAddress(
  { flags }: EnvoyContext,
  kind: GatewayKind | undefined,
): SocketAddress | undefined {
  const host = flags['envoy-ready-bind-address'];
  const port = flags['envoy-ready-bind-port'];
  if (kind !== 'ingress-gateway') return host !== '' && port > 0 ? { host, port } : undefined;
  const own = flags.address === '' ? { host: '', port: 0 } : parseAddress(flags.address);
  return { host: host || own.host || '127.0.0.1', port: port || own.port || GATEWAY_PORT };
}

const GATEWAY_PORT = 8443;

function prometheusTLS({ flags }: EnvoyContext): PrometheusTLS | undefined {
  const certFile = flags['prometheus-cert-file'];
  const keyFile = flags['prometheus-key-file'];
  const file = flags['prometheus-ca-file'];
  const path = flags['prometheus-ca-path'];
  if ([certFile, keyFile, file, path].every((given) => given === '')) return undefined;
  if (certFile === '' || keyFile === '' || (file === '' && path === '')) {
    throw new CommandError(
      'Must provide a CA (-prometheus-ca-file or -prometheus-ca-path) as well as -prometheus-cert-file and -prometheus-key-file to enable TLS for prometheus metrics',
    );
  }
  return { certFile, keyFile, ca: file === '' ? { path } : { file } };
}
