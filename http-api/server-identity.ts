/** The one server that a datacenter has, for endpoints of Consul's that list servers. */
import type { DatacenterInfo } from '../protocol/methods.ts';
import { CONSUL_COMPATIBILITY } from '../protocol/compatibility.ts';
import type { KnownServer } from '../protocol/types/datacenters.ts';
import { parseQueryOptions } from './query-options.ts';
import type { APIContext, APIRequest } from './route.ts';

const DEFAULT_PORT = '443';

/** What stands for Consul's servers. */
export interface ServerNode {
  readonly id: string;
  readonly name: string;
  readonly meta: Readonly<Record<string, string>>;
}

export interface ServerDescription {
  readonly node: ServerNode;
  readonly address: string;
  readonly info: DatacenterInfo;
}

/** Where nobody has told of a server it is where the client itself found the API: the Worker knows no other address of its own. */
export async function serverAddressOf(request: APIRequest, context: APIContext): Promise<string> {
  const { datacenter } = parseQueryOptions(request, context);
  return addressOf(request, await context.serverOf?.(datacenter));
}

/** Asks the datacenter: what is answered here is true only while it answers. @throws RPCError */
export async function describeServer(
  request: APIRequest,
  context: APIContext,
): Promise<ServerDescription> {
  const options = { ...parseQueryOptions(request, context), cached: false } as const;
  const answer = await context.rpc.call(
    'status.datacenter',
    {},
    { ...options, consistency: 'default' },
  );
  const info = JSON.parse(answer.body) as DatacenterInfo;
  const server = await context.serverOf?.(options.datacenter);
  return { node: nodeOf(server, info), address: addressOf(request, server), info };
}

/** Where no agent runs it, the datacenter stands for itself. */
function nodeOf(server: KnownServer | undefined, info: DatacenterInfo): ServerNode {
  if (server === undefined || server.ID === '') {
    return { id: info.UUID, name: info.Datacenter, meta: {} };
  }
  const { ID: id, Node: name, Version } = server;
  const version = Version || CONSUL_COMPATIBILITY;
  return { id, name, meta: { 'consul-network-segment': '', 'consul-version': version } };
}

function addressOf(request: APIRequest, server: KnownServer | undefined): string {
  if (server !== undefined) return server.Address;
  const host = request.header('host') ?? 'localhost';
  return /:\d+$/.test(host) ? host : `${host}:${DEFAULT_PORT}`;
}
