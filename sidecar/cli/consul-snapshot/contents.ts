/** What of a Consul's state can be brought over, and what cannot. */
import { decodeConsulEntry, decodeConsulValue } from '../../../http-api/snapshot/consul-value.ts';
import type { StateRecord } from '../../../http-api/snapshot/decode-state.ts';
import { consulNameOf } from '../../../http-api/snapshot/state-format.ts';

import { AuthorityRecords, type ConsulAuthority } from './authority.ts';

export type Fields = Record<string, unknown>;

export const REGISTER = 0;
export const KVS = 2;
const PREPARED_QUERY = 7;
const CA_ROOT = 13;
const CA_PROVIDER_STATE = 14;
const CA_CONFIG = 15;
const CONFIG_ENTRY = 22;

/** Consul's bookkeeping, of no meaning to anybody else. */
const INTERNAL = new Set(
  `Tombstone Index Autopilot ChunkingState FederationState SystemMetadata ServiceVirtualIP FreeVirtualIP
  KindServiceName RaftLogVerifierCheckpoint Resource`.split(/\s+/),
);
/** Why a type stays behind. */
const REASONS: Readonly<Record<string, string>> = {
  Session: 'sessions live with their agents; locks are released',
  CoordinateBatchUpdate: 'agents measure their own',
};
const BY_HAND = 'to be set up anew';
const OWN_AUTHORITY =
  'the datacenter has one of its own; -connect-ca has it go on with the root of the snapshot';
const FOREIGN_AUTHORITY = 'its key is not in the snapshot';

const AGENT_CHECK = 'serfHealth';
const BINARY = new Set(['Value']);

/** All of a state but its keys, of which there may be more than fit into memory. */
export class ConsulContents {
  keys = 0;
  /** Registrations of nodes without an agent: those with one bring their own services. */
  readonly registrations: Fields[] = [];
  readonly queries: Fields[] = [];
  readonly entries: Fields[] = [];
  /** What stays behind, by type. */
  readonly left = new Map<string, { count: number; reason: string }>();
  readonly #agents = new Set<string>();
  readonly #authority = new AuthorityRecords();
  readonly #takesAuthority: boolean;
  #hasAuthority = false;

  /** @param takesAuthority whether the certificate authority comes along */
  constructor(takesAuthority: boolean) {
    this.#takesAuthority = takesAuthority;
  }

  /** Undefined where it stays behind. */
  get authority(): ConsulAuthority | undefined {
    return this.#takesAuthority ? this.#authority.authority : undefined;
  }

  add(record: StateRecord): void {
    switch (record.type) {
      case KVS:
        this.keys++;
        break;
      case REGISTER:
        this.#addRegistration(decodeFields(record));
        break;
      case PREPARED_QUERY:
        this.#addQuery(decodeFields(record));
        break;
      case CONFIG_ENTRY:
        this.#addEntry(decodeConsulEntry(record.value));
        break;
      case CA_ROOT:
        this.#authority.addRoot(decodeFields(record));
        break;
      case CA_PROVIDER_STATE:
        this.#authority.addProviderState(decodeFields(record));
        break;
      case CA_CONFIG:
        this.#hasAuthority = true;
        this.#authority.addConfig(decodeFields(record));
        break;
      default:
        this.#leave(consulNameOf(record.type));
    }
  }

  /** To be called behind the last record. */
  finish(): void {
    const external = this.registrations.filter(({ Node }) => !this.#agents.has(String(Node)));
    this.registrations.splice(0, this.registrations.length, ...external);
    if (this.#hasAuthority && this.authority === undefined) {
      this.#leave('ConnectCA', this.#takesAuthority ? FOREIGN_AUTHORITY : OWN_AUTHORITY);
    }
    if (this.#agents.size === 0) return;
    const reason = 'their agents register them and their services';
    this.left.set('Node', { count: this.#agents.size, reason });
  }

  #addRegistration(fields: Fields): void {
    const check = fields['Check'] as Fields | null;
    if (check?.['CheckID'] === AGENT_CHECK) this.#agents.add(String(fields['Node']));
    if (fields['PeerName'] === '') this.registrations.push(fields);
    else this.#leave('Register', 'imported from a peer');
  }

  /** What binds routes to gateways is worked out anew. */
  #addEntry(entry: Fields): void {
    if (entry['Kind'] !== 'bound-api-gateway') this.entries.push(entry);
  }

  /** One that belongs to a session ends with it. */
  #addQuery(fields: Fields): void {
    if (fields['Session'] === '') this.queries.push(fields);
    else this.#leave('PreparedQuery', 'bound to a session');
  }

  #leave(type: string, reason = REASONS[type] ?? BY_HAND): void {
    if (INTERNAL.has(type)) return;
    const count = (this.left.get(type)?.count ?? 0) + 1;
    this.left.set(type, { count, reason });
  }
}

export function decodeFields({ value }: StateRecord): Fields {
  return decodeConsulValue(value, BINARY) as Fields;
}
