/** Bindings of the Worker, as wrangler.toml and the embedded configuration name them. */
import type { DatacenterObject } from '../durable-objects/datacenter.ts';
import type { FederationObject } from '../durable-objects/federation/federation.ts';
import type { RelayObject } from '../durable-objects/relay/relay.ts';
import { Datacenters, type DatacentersEnv } from './datacenters.ts';

export interface Env {
  readonly DATACENTER_OBJECTS: DurableObjectNamespace<DatacenterObject>;
  readonly RELAY_OBJECTS: DurableObjectNamespace<RelayObject>;
  readonly FEDERATION_OBJECTS: DurableObjectNamespace<FederationObject>;
  /** Name of the datacenter that requests without `?dc=` mean. */
  readonly DATACENTER: string;
  /**
   * Opens the door for sidecars and for whoever makes datacenters. Without ACLs, and until they are bootstrapped, whoever shows it may do
   * everything, all others nothing.
   * Set by `wrangler secret put LICTOR_SECRET`; the embedded control plane gets a random one.
   */
  readonly LICTOR_SECRET?: string;
  /** Bytes: the largest KV value, and the largest body of a transaction, that /v1 takes. */
  readonly KV_MAX_VALUE_SIZE?: string;
  readonly TXN_MAX_REQ_LEN?: string;
  /** The ACL system; what these mean says durable-objects/acl-settings.ts. */
  readonly ACL_ENABLED?: string;
  readonly ACL_DEFAULT_POLICY?: string;
  readonly PRIMARY_DATACENTER?: string;
  readonly ASSETS?: Fetcher;
}

/** The deployment's datacenters, over the platform's objects. */
export type DeployedDatacenters = Datacenters<DurableObjectStub<DatacenterObject>>;

export function openDatacenters(env: Env): DeployedDatacenters {
  // The platform's types of a stub are those of the class, made asynchronous: the compiler cannot follow them that far.
  return new Datacenters(env as unknown as DatacentersEnv<DurableObjectStub<DatacenterObject>>);
}
