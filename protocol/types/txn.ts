/** Shapes of PUT /v1/txn, as Consul 1.21 spells them (agent/structs/txn.go, api/txn.go). */
import type { HealthCheck, Node, NodeService } from './catalog.ts';
import type { KVPair, KVVerb, Uint64 } from './kv.ts';

export interface TxnKVOp {
  Verb: KVVerb;
  Key: string;
  /** Standard base64. */
  Value?: string;
  Flags?: Uint64;
  Index?: number;
  Session?: string;
}

export type TxnCatalogVerb = 'get' | 'set' | 'cas' | 'delete' | 'delete-cas';

export interface TxnNodeOp {
  Verb: TxnCatalogVerb;
  Node: Partial<Node>;
}

export interface TxnServiceOp {
  Verb: TxnCatalogVerb;
  Node: string;
  Service: Partial<NodeService>;
}

export interface TxnCheckOp {
  Verb: TxnCatalogVerb;
  Check: Partial<HealthCheck>;
}

/** At most one member is set; an operation with none is allowed and does nothing. */
export interface TxnOp {
  KV?: TxnKVOp;
  Node?: TxnNodeOp;
  Service?: TxnServiceOp;
  Check?: TxnCheckOp;
}

export interface TxnResult {
  KV?: KVPair;
  Node?: Node;
  Service?: NodeService;
  Check?: HealthCheck;
}

export interface TxnError {
  OpIndex: number;
  What: string;
}

export interface TxnResponse {
  Results: TxnResult[] | null;
  Errors: TxnError[] | null;
  /** Only in answers to transactions without writes. */
  Index?: number;
  LastContact?: number;
  KnownLeader?: boolean;
}
