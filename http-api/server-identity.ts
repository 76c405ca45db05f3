/** The one server that a datacenter has, for endpoints of Consul's that list servers. */
import type { DatacenterInfo } from '../protocol/methods.ts';
import { parseQueryOptions } from './query-options.ts';
import type { APIContext, APIRequest, ServerNode } from './route.ts';

const DEFAULT_PORT = '443';

/** Where the client itself found the control plane; the Worker knows no other address of its own. */
export function serverAddressOf(request: APIRequest, context: APIContext): string {
  if (context.serverAddress !== undefined) return context.serverAddress;
  const host = request.header('host') ?? 'localhost';
  return /:\d+$/.test(host) ? host : `${host}:${DEFAULT_PORT}`;
}

export interface ServerDescription {
  readonly node: ServerNode;
  readonly address: string;
  readonly info: DatacenterInfo;
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
  const node = context.serverNode ?? { id: info.UUID, name: info.Datacenter, meta: {} };
  return { node, address: serverAddressOf(request, context), info };
}
