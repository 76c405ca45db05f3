/** Which instances answer for a service: subsets, redirects, failover, load balancing. */
import { type Decoded, list, map, omit, pointer, struct, TEXTS } from '../shape.ts';
import { FAILOVER_POLICY, HEAD, META, PRIORITIZE_BY_LOCALITY } from './parts.ts';

const REDIRECT = struct({
  Service: omit('string'),
  ServiceSubset: omit('string'),
  Namespace: omit('string'),
  Partition: omit('string'),
  Datacenter: omit('string'),
  Peer: omit('string'),
  SamenessGroup: omit('string'),
});

const FAILOVER_TARGET = struct({
  Service: omit('string'),
  ServiceSubset: omit('string'),
  Partition: omit('string'),
  Namespace: omit('string'),
  Datacenter: omit('string'),
  Peer: omit('string'),
});

const FAILOVER = struct({
  Service: omit('string'),
  ServiceSubset: omit('string'),
  Namespace: omit('string'),
  Datacenters: omit(TEXTS),
  Targets: omit(list(FAILOVER_TARGET)),
  Policy: pointer(FAILOVER_POLICY),
  SamenessGroup: omit('string'),
});

const HASH_POLICY = struct({
  Field: omit('string'),
  FieldValue: omit('string'),
  CookieConfig: pointer(
    struct({ Session: omit('bool'), TTL: omit('duration'), Path: omit('string') }),
  ),
  SourceIP: omit('bool'),
  Terminal: omit('bool'),
});

export const LOAD_BALANCER = struct({
  Policy: omit('string'),
  RingHashConfig: pointer(
    struct({ MinimumRingSize: omit('uint64'), MaximumRingSize: omit('uint64') }),
  ),
  LeastRequestConfig: pointer(struct({ ChoiceCount: omit('uint32') })),
  HashPolicies: omit(list(HASH_POLICY)),
});

export const SUBSET = struct({ Filter: omit('string'), OnlyPassing: omit('bool') });
export type Subset = Decoded<typeof SUBSET>;

export const SERVICE_RESOLVER = struct({
  // In front of all else, as Consul writes what it renders as text.
  ConnectTimeout: omit('duration-text'),
  RequestTimeout: omit('duration-text'),
  ...HEAD,
  DefaultSubset: omit('string'),
  Subsets: omit(map(SUBSET)),
  Redirect: pointer(REDIRECT),
  Failover: omit(map(FAILOVER)),
  PrioritizeByLocality: pointer(PRIORITIZE_BY_LOCALITY),
  LoadBalancer: pointer(LOAD_BALANCER),
  ...META,
});

export type Redirect = Decoded<typeof REDIRECT>;
export type Failover = Decoded<typeof FAILOVER>;
export type FailoverTarget = Decoded<typeof FAILOVER_TARGET>;
export type LoadBalancer = Decoded<typeof LOAD_BALANCER>;
