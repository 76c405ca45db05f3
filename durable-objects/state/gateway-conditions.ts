/** What the status of an API gateway or a route says, in Consul's words (api/config_entry_status.go). */
import type {
  Condition,
  ResourceReference,
  Status,
} from '../../protocol/config-entries/kinds/parts.ts';

/** About the entry as a whole. */
const WHOLE: ResourceReference = {};

function condition(
  Type: string,
  Status: 'True' | 'False',
  Reason: string,
  Message: string,
  Resource: ResourceReference = WHOLE,
): Condition {
  return { Type, Status, Reason, Message, Resource };
}

export const gatewayAccepted = (): Condition =>
  condition('Accepted', 'True', 'Accepted', 'gateway is valid');
export const invalidCertificates = (): Condition =>
  condition('Accepted', 'False', 'InvalidCertificates', 'gateway references invalid certificates');
export const resolvedRefs = (listener: ResourceReference): Condition =>
  condition('ResolvedRefs', 'True', 'ResolvedRefs', 'resolved refs', listener);
export const missingCertificate = (listener: ResourceReference, name: string): Condition => {
  const message = `certificate ${JSON.stringify(name)} not found`;
  return condition('ResolvedRefs', 'False', 'InvalidCertificateRef', message, listener);
};
export const noConflict = (listener: ResourceReference): Condition =>
  condition('Conflicted', 'False', 'NoConflict', 'listener has no route conflicts', listener);
export const routeConflict = (listener: ResourceReference): Condition => {
  const message = 'TCP-based listeners currently only support binding a single route';
  return condition('Conflicted', 'True', 'RouteConflict', message, listener);
};
export const routeAccepted = (): Condition =>
  condition('Accepted', 'True', 'Accepted', 'route is valid');
export const invalidChain = (message: string): Condition =>
  condition('Accepted', 'False', 'InvalidDiscoveryChain', message);
export const noUpstreams = (): Condition => {
  const message = 'route must target at least one upstream service';
  return condition('Accepted', 'False', 'NoUpstreamServicesTargeted', message);
};
export const routeBound = (parent: ResourceReference): Condition =>
  condition('Bound', 'True', 'Bound', 'successfully bound route', parent);
export const gatewayNotFound = (parent: ResourceReference): Condition =>
  condition('Bound', 'False', 'GatewayNotFound', 'gateway was not found', parent);
export const failedToBind = (parent: ResourceReference, message: string): Condition =>
  condition('Bound', 'False', 'FailedToBind', message, parent);

const keyOf = ({ Type, Resource = WHOLE }: Condition): string =>
  [Type, Resource.Kind ?? '', Resource.Name ?? '', Resource.SectionName ?? ''].join('\0');

const meaningOf = (one: Condition): string =>
  [keyOf(one), one.Status, one.Reason, one.Message].join('\0');

/** A status of these conditions; one that says what it said before keeps the time since when it does. */
export function statusOf(
  conditions: readonly Condition[],
  previous: Status | undefined,
  now: number,
): Status {
  const since = new Map(
    (previous?.Conditions ?? []).map((one) => [meaningOf(one), one.LastTransitionTime]),
  );
  const sorted = conditions.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    Conditions: sorted.map((one) => ({
      ...one,
      LastTransitionTime: since.get(meaningOf(one)) ?? new Date(now).toISOString(),
    })),
  };
}
