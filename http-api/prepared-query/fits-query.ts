/**
 * Which instances a prepared query takes (Consul: agent/consul/prepared_query_endpoint.go, execute).
 *
 * The datacenter asks it of rows, an agent that answers DNS of what it has replicated.
 */
import type { ServiceQuery } from '../../protocol/types/prepared-query.ts';

/** What counts of an instance. */
export interface InstanceFacts {
  readonly tags: readonly string[];
  readonly serviceMeta: Readonly<Record<string, string>>;
  readonly nodeMeta: Readonly<Record<string, string>>;
  /** The node's own and the instance's. */
  readonly checks: readonly { readonly id: string; readonly status: string }[];
}

/** An instance with a warning is fit unless the query wants passing ones only. Tags have no case, metadata has. */
export function fitsQuery(query: ServiceQuery): (instance: InstanceFacts) => boolean {
  const tags = (query.Tags ?? []).map((tag) => tag.toLowerCase());
  const required = tags.filter((tag) => !tag.startsWith('!'));
  const forbidden = tags.filter((tag) => tag.startsWith('!')).map((tag) => tag.slice(1));
  const nodeMeta = Object.entries(query.NodeMeta ?? {});
  const serviceMeta = Object.entries(query.ServiceMeta ?? {});
  const ignored = new Set(query.IgnoreCheckIDs);
  const isFit = (status: string): boolean =>
    query.OnlyPassing ? status === 'passing' : status !== 'critical';
  return (instance) => {
    if (!instance.checks.every(({ id, status }) => ignored.has(id) || isFit(status))) return false;
    const own = new Set(instance.tags.map((tag) => tag.toLowerCase()));
    return (
      required.every((tag) => own.has(tag)) &&
      !forbidden.some((tag) => own.has(tag)) &&
      hasPairs(instance.nodeMeta, nodeMeta) &&
      hasPairs(instance.serviceMeta, serviceMeta)
    );
  };
}

function hasPairs(
  meta: Readonly<Record<string, string>>,
  wanted: readonly (readonly [string, string])[],
): boolean {
  return wanted.every(([key, value]) => Object.hasOwn(meta, key) && meta[key] === value);
}

/** Whether a query that finds nothing at home looks elsewhere. */
export function hasFailover({ Failover }: ServiceQuery): boolean {
  const { NearestN, Datacenters, Targets } = Failover;
  return NearestN > 0 || (Datacenters?.length ?? 0) > 0 || (Targets?.length ?? 0) > 0;
}
