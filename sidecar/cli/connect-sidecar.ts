/** Which proxy at the agent a command is about. */
import type { ConsulClient } from '../client/http-client.ts';
import { CommandError } from './command.ts';

export interface AgentServiceEntry {
  readonly ID: string;
  readonly Kind?: string;
  readonly Service: string;
  readonly Proxy?: { readonly DestinationServiceID?: string };
}

/** A proxy as the agent has it, or, where a node is named, the catalog with the central configuration; undefined if it is not there. */
export async function readProxyService<T>(
  client: ConsulClient,
  id: string,
  node: string,
): Promise<T | undefined> {
  if (node === '') {
    return client.json<T>({ path: `/v1/agent/service/${encodeURIComponent(id)}` });
  }
  const query = { filter: `ID == ${JSON.stringify(id)}`, 'merge-central-config': true as const };
  const path = `/v1/catalog/node-services/${encodeURIComponent(node)}`;
  const { Services } = await client.json<{ Services: T[] | null }>({ path, query });
  return Services?.[0];
}

/** The one sidecar of a service instance. @throws CommandError in Consul's words, with `prefix` before them */
export async function findSidecar(
  client: ConsulClient,
  serviceID: string,
  prefix: string,
): Promise<string> {
  const services = await client.json<Record<string, AgentServiceEntry>>({
    path: '/v1/agent/services',
  });
  const wanted = serviceID.toLowerCase();
  const found = Object.values(services).filter(
    ({ Kind, Proxy }) =>
      Kind === 'connect-proxy' && Proxy?.DestinationServiceID?.toLowerCase() === wanted,
  );
  const [first, second] = found;
  if (first === undefined) {
    throw new CommandError(`${prefix}No sidecar proxy registered for ${serviceID}`);
  }
  if (second === undefined) return first.ID;
  const ids = found.map(({ ID }) => ID).join(', ');
  throw new CommandError(
    `${prefix}More than one sidecar proxy registered for ${serviceID}. Start proxy with -proxy-id and one of the following IDs: ${ids}`,
  );
}
