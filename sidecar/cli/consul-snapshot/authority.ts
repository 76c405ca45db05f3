/** The certificate authority of a Consul's state, for a datacenter that is to go on with its root. */
import { BUILTIN_PROVIDER } from '../../../protocol/ca-providers.ts';
import { trustDomainOf } from '../../../protocol/spiffe-id.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import type { Fields } from './contents.ts';
import { put, type Refusals } from './writer.ts';

export interface ConsulAuthority {
  /** The trust domain without its suffix. */
  readonly clusterID: string;
  /** As for PUT /v1/connect/ca/configuration, with the root and its key. */
  readonly config: Fields;
}

/** Collects the records of an authority; they come in no order. */
export class AuthorityRecords {
  #config: Fields | undefined;
  #activeRoot = '';
  readonly #states: Fields[] = [];

  addConfig(fields: Fields): void {
    this.#config = fields;
  }

  addRoot(fields: Fields): void {
    if (fields['Active'] === true) this.#activeRoot = String(fields['RootCert']).trim();
  }

  addProviderState(fields: Fields): void {
    this.#states.push(fields);
  }

  /** Undefined where there is none, or where its key is another program's. */
  get authority(): ConsulAuthority | undefined {
    if (this.#config?.['Provider'] !== BUILTIN_PROVIDER) return undefined;
    const state = this.#states.find(({ RootCert }) => String(RootCert).trim() === this.#activeRoot);
    if (state === undefined || !state['PrivateKey']) return undefined;
    const { PrivateKey, RootCert } = state;
    const settings = (this.#config['Config'] ?? {}) as Fields;
    return {
      clusterID: String(this.#config['ClusterID']),
      config: { ...settings, PrivateKey, RootCert },
    };
  }
}

/**
 * @returns what is to be told: the trust domain is no setting of a running datacenter
 * @throws when there was no answer
 */
export async function writeAuthority(
  client: ConsulClient,
  { clusterID, config }: ConsulAuthority,
  refusals: Refusals,
): Promise<string | null> {
  const body = { Provider: BUILTIN_PROVIDER, Config: config };
  const reason = await put(client, '/v1/connect/ca/configuration', body);
  if (reason !== null) {
    refusals.push(`certificate authority: ${reason}`);
    return null;
  }
  const path = '/v1/connect/ca/roots';
  const { TrustDomain } = await client.json<{ TrustDomain: string }>({ path });
  if (TrustDomain === trustDomainOf(clusterID)) return null;
  return (
    `The trust domain stays ${TrustDomain}; that of the snapshot is ${trustDomainOf(clusterID)}. ` +
    `A new datacenter takes it over with connect { ca_config { cluster_id = "${clusterID}" } }.`
  );
}
