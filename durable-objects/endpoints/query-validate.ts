/**
 * What a prepared query must look like before it is stored (Consul: agent/consul/prepared_query_endpoint.go,
 * parseQuery). Names, sessions and templates are checked when it is written, for they depend on what else there is.
 */
import { describeDurationFault } from '../../http-api/routes/session-duration.ts';
import { parseDuration } from '../../protocol/duration.ts';
import { invalid } from '../../protocol/errors.ts';
import {
  HIDDEN_TOKEN,
  type QueryInput,
  type ServiceQuery,
} from '../../protocol/types/prepared-query.ts';
import { metadataFault } from '../state/catalog-metadata.ts';

/** @throws RPCError */
export function validateQuery(query: QueryInput): void {
  const fault = queryFault(query) ?? serviceFault(query.Service) ?? ttlFault(query.DNS.TTL);
  if (fault !== null) throw invalid(`Invalid prepared query: ${fault}`);
}

function queryFault({ Name, Template, Session, Token }: QueryInput): string | null {
  // Nobody could ask for it by a name, and nobody would ever clean it up.
  if (Name === '' && Template.Type === '' && Session === '') return 'Must be bound to a session';
  if (Token !== HIDDEN_TOKEN) return null;
  return `Bad Token '${Token}', it looks like a query definition with a redacted token was submitted`;
}

function serviceFault({ Service, SamenessGroup, Failover, NodeMeta }: ServiceQuery): string | null {
  if (Service === '') return 'Must provide a Service name to query';
  const { NearestN, Datacenters, Targets } = Failover;
  if (NearestN < 0) return `Bad NearestN '${NearestN}', must be >= 0`;
  const hasPlaces = NearestN !== 0 || (Datacenters?.length ?? 0) > 0;
  if (hasPlaces && (Targets?.length ?? 0) > 0) {
    return 'Targets cannot be populated with NearestN or Datacenters';
  }
  const fault = NodeMeta === null ? null : metadataFault(NodeMeta, true);
  if (fault !== null) return fault;
  return SamenessGroup === '' ? null : 'sameness-groups are an enterprise-only feature';
}

const NANOSECONDS_PER_MS = 1e6;

function ttlFault(ttl: string): string | null {
  if (ttl === '') return null;
  const ttlMs = parseDuration(ttl);
  if (ttlMs === null) return `Bad DNS TTL '${ttl}': ${describeDurationFault(ttl)}`;
  if (ttlMs >= 0) return null;
  return `DNS TTL '${Math.round(ttlMs * NANOSECONDS_PER_MS)}', must be >=0`;
}
