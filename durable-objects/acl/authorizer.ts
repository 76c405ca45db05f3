/**
 * What a token may do. Every method of the datacenter asks here before it reads or writes.
 *
 * Names are those of Consul's rules. A check either returns or throws `forbidden`.
 */
export interface Authorizer {
  /** Equal for tokens that see the same: answers are shared only between those. */
  readonly identity: string;
  keyRead(key: string): void;
  keyList(prefix: string): void;
  keyWrite(key: string): void;
  keyWritePrefix(prefix: string): void;
  nodeRead(node: string): boolean;
  nodeWrite(node: string): void;
  serviceRead(service: string): boolean;
  serviceWrite(service: string): void;
  sessionRead(node: string): boolean;
  sessionWrite(node: string): void;
  operatorRead(): void;
  operatorWrite(): void;
  eventRead(name: string): boolean;
  eventWrite(name: string): void;
  /** A snapshot holds every secret: saving and restoring one takes the right to write ACLs. */
  aclWrite(): void;
  meshRead(): boolean;
  meshWrite(): void;
  intentionRead(service: string): boolean;
  intentionWrite(service: string): void;
  /** @param name of a prepared query; that of a template is its prefix */
  queryRead(name: string): boolean;
  queryWrite(name: string): void;
  /** Whether secrets of others are shown: Consul asks for the right to write ACLs. */
  secretsRead(): boolean;
}

/** Until ACLs exist whoever passed the door (the link's or the Worker's secret) may do everything. */
export const ALLOW_ALL: Authorizer = {
  identity: '',
  keyRead: () => {},
  keyList: () => {},
  keyWrite: () => {},
  keyWritePrefix: () => {},
  nodeRead: () => true,
  nodeWrite: () => {},
  serviceRead: () => true,
  serviceWrite: () => {},
  sessionRead: () => true,
  sessionWrite: () => {},
  operatorRead: () => {},
  operatorWrite: () => {},
  eventRead: () => true,
  eventWrite: () => {},
  aclWrite: () => {},
  meshRead: () => true,
  meshWrite: () => {},
  intentionRead: () => true,
  intentionWrite: () => {},
  queryRead: () => true,
  queryWrite: () => {},
  secretsRead: () => true,
};
