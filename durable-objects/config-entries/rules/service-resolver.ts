/** Rules of `service-resolver`. */
import type { Entry } from '../../../protocol/config-entries/kinds.ts';
import type {
  Failover,
  FailoverTarget,
  Redirect,
} from '../../../protocol/config-entries/kinds/service-resolver.ts';
import { renderDuration } from '../../../protocol/duration.ts';
import { invalid } from '../../../protocol/errors.ts';
import { FilterError } from '../../../http-api/filter/filter-error.ts';
import { parseExpression } from '../../../http-api/filter/parser.ts';
import { type KindRules, quote, requireName, validateMeta } from '../kind-rules.ts';
import { failoverPolicyFault, validateLocality } from './failover.ts';
import { validateLoadBalancer } from './load-balancer.ts';

type ServiceResolver = Entry<'service-resolver'>;

export const serviceResolver: KindRules<'service-resolver'> = {
  validate(entry) {
    requireName(entry.Name);
    validateMeta(entry.Meta);
    for (const [name, { Filter }] of Object.entries(entry.Subsets ?? {})) {
      validateSubset(name, Filter ?? '');
    }
    if (entry.DefaultSubset && !hasSubset(entry, entry.DefaultSubset)) {
      throw invalid(`DefaultSubset ${quote(entry.DefaultSubset)} is not a valid subset`);
    }
    validateLocality(entry.PrioritizeByLocality);
    if (entry.Redirect !== undefined) validateRedirect(entry, entry.Redirect);
    for (const [subset, failover] of Object.entries(entry.Failover ?? {})) {
      validateFailover(entry, subset, failover);
    }
    for (const field of ['ConnectTimeout', 'RequestTimeout'] as const) {
      const timeout = entry[field] ?? 0;
      if (timeout < 0) throw invalid(`Bad ${field} '${renderNanoseconds(timeout)}', must be >= 0`);
    }
    if (entry.LoadBalancer !== undefined) validateLoadBalancer(entry.LoadBalancer);
  },
};

const NANOSECONDS_PER_MS = 1e6;
const renderNanoseconds = (value: number): string => renderDuration(value / NANOSECONDS_PER_MS);

function hasSubset({ Subsets }: ServiceResolver, name: string): boolean {
  return Subsets !== undefined && Object.hasOwn(Subsets, name);
}

/** A subset is part of names in certificates and in the DNS. */
const MAX_SUBSET_CHARS = 63;
const SUBSET = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

function validateSubset(name: string, filter: string): void {
  if (name === '') throw invalid('Subset defined with empty name');
  const prefix = `Subset ${quote(name)} is invalid: `;
  if (name.length > MAX_SUBSET_CHARS) {
    throw invalid(`${prefix}must be non-empty and 63 characters or fewer`);
  }
  if (!SUBSET.test(name)) {
    throw invalid(
      `${prefix}must be 63 characters or fewer, begin or end with lower case alphanumeric characters, ` +
        "and contain lower case alphanumeric characters or '-' in between",
    );
  }
  if (filter === '') return;
  try {
    parseExpression(filter);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw invalid(`Filter for subset ${quote(name)} is not a valid expression: ${error.reason}`);
  }
}

function requireCommunity(
  fields: Readonly<Record<string, string | undefined>>,
  prefix: string,
): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value) throw invalid(`${prefix}Setting ${name} requires Consul Enterprise`);
  }
}

function validateRedirect(entry: ServiceResolver, redirect: Redirect): void {
  const { Service, ServiceSubset, Namespace, Partition, Datacenter, Peer } = redirect;
  requireCommunity({ Partition, Namespace, SamenessGroup: redirect.SamenessGroup }, 'Redirect: ');
  if (Object.keys(entry.Failover ?? {}).length > 0) {
    throw invalid('Redirect and Failover cannot both be set');
  }
  if (!Service && !ServiceSubset && !Datacenter && !Peer) throw invalid('Redirect is empty');
  if (Peer && ServiceSubset) {
    throw invalid('Redirect.Peer cannot be set with Redirect.ServiceSubset');
  }
  if (Peer && Datacenter) throw invalid('Redirect.Peer cannot be set with Redirect.Datacenter');
  if (!Service) {
    if (ServiceSubset) throw invalid('Redirect.ServiceSubset defined without Redirect.Service');
    if (Peer) throw invalid('Redirect.Peer defined without Redirect.Service');
  } else if (ServiceSubset && Service === entry.Name && !hasSubset(entry, ServiceSubset)) {
    throw invalid(
      `Redirect.ServiceSubset ${quote(ServiceSubset)} is not a valid subset of ${quote(entry.Name)}`,
    );
  }
}

function validateFailover(entry: ServiceResolver, subset: string, failover: Failover): void {
  const { Service, ServiceSubset, Datacenters = [], Targets = [], Policy } = failover;
  const name = `Bad Failover[${quote(subset)}]`;
  const { Namespace, SamenessGroup } = failover;
  requireCommunity({ Namespace, SamenessGroup }, `${name}: `);
  if (subset !== '*' && !hasSubset(entry, subset)) {
    throw invalid(`${name}: not a valid subset subset`);
  }
  if (!Service && !ServiceSubset && Datacenters.length === 0 && Targets.length === 0) {
    throw invalid(
      `${name}: one of Service, ServiceSubset, Namespace, Targets, SamenessGroup, or Datacenters is required`,
    );
  }
  if (Policy?.Mode) throw invalid(`${name}: Setting failover policies requires Consul Enterprise`);
  const fault = failoverPolicyFault(Policy);
  if (fault !== undefined) throw invalid(`${name}: ${fault}`);
  const isOwn = !Service || Service === entry.Name;
  if (ServiceSubset && isOwn && !hasSubset(entry, ServiceSubset)) {
    throw invalid(
      `${name}: ServiceSubset ${quote(ServiceSubset)} is not a valid subset of ${quote(Service)}`,
    );
  }
  if (Targets.length > 0) {
    for (const [field, isSet] of Object.entries({
      Datacenters: Datacenters.length > 0,
      ServiceSubset: Boolean(ServiceSubset),
      Service: Boolean(Service),
    })) {
      if (isSet) throw invalid(`${name}: Targets cannot be set with ${field}`);
    }
  }
  for (const [at, target] of Targets.entries()) {
    validateTarget(entry, target, `${name}.Targets[${at}]: `);
  }
  if (Datacenters.includes('')) throw invalid(`${name}.Datacenters: found empty datacenter`);
}

function validateTarget(entry: ServiceResolver, target: FailoverTarget, prefix: string): void {
  const { Service, ServiceSubset, Datacenter, Peer, Partition, Namespace } = target;
  requireCommunity({ Partition, Namespace }, prefix);
  if (Peer && ServiceSubset) throw invalid(`${prefix}Peer cannot be set with ServiceSubset`);
  if (Peer && Datacenter) throw invalid(`${prefix}Peer cannot be set with Datacenter`);
  const isOwn = !Service || Service === entry.Name;
  if (ServiceSubset && isOwn && !hasSubset(entry, ServiceSubset)) {
    throw invalid(
      `${prefix}ServiceSubset ${quote(ServiceSubset)} is not a valid subset of ${quote(entry.Name)}`,
    );
  }
}
