/** Targets by their names, before anything is known of them. */
import type {
  FailoverTarget,
  Redirect,
} from '../../protocol/config-entries/kinds/service-resolver.ts';

export interface TargetName {
  readonly service: string;
  readonly subset: string;
  /** '' for a peer's. */
  readonly datacenter: string;
  readonly peer: string;
}

/** The only namespace and the only partition. */
const TENANCY = 'default.default';

export function targetID({ service, subset, datacenter, peer }: TargetName): string {
  const where = peer === '' ? datacenter : `external.${peer}`;
  return `${subset === '' ? '' : `${subset}.`}${service}.${TENANCY}.${where}`;
}

/** The name of a router or splitter. */
export function serviceNodeName(service: string): string {
  return `${service}.${TENANCY}`;
}

/** The server name by which a target is reached (Consul: agent/connect/sni.go). */
export function targetSNI(target: TargetName, trustDomain: string): string {
  if (target.peer !== '') return '';
  const subset = target.subset === '' ? '' : `${target.subset}.`;
  return `${subset}${target.service}.default.${target.datacenter}.internal.${trustDomain}`;
}

/**
 * Where a redirect or a failover leads from a target. A subset belongs to its service, so another service means none; what
 * names no peer means this datacenter's side, whoever the target belonged to.
 */
export function rewriteTarget(
  target: TargetName,
  to: Redirect | FailoverTarget,
  ownDatacenter: string,
): TargetName {
  const isOther = to.Service !== undefined && to.Service !== '' && to.Service !== target.service;
  const peer = to.Peer ?? '';
  return {
    service: isOther ? to.Service! : target.service,
    subset: to.ServiceSubset || (isOther ? '' : target.subset),
    datacenter: peer === '' ? to.Datacenter || target.datacenter || ownDatacenter : '',
    peer,
  };
}
