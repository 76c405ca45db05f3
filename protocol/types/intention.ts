/** Intentions as the API shows them (Consul: agent/structs/intention.go). They are stored in `service-intentions` entries. */
import type { JWTRequirement } from '../config-entries/kinds/parts.ts';
import type { IntentionPermission } from '../config-entries/kinds/service-intentions.ts';

export type IntentionAction = 'allow' | 'deny';

export interface Intention {
  /** Only of those that the older calls by ID wrote, as are Hash and both times. */
  ID?: string;
  CreatedAt?: string;
  UpdatedAt?: string;
  Description?: string;
  SourcePeer?: string;
  SourceNS: string;
  SourceName: string;
  DestinationNS: string;
  DestinationName: string;
  SourceType: string;
  /** Absent where permissions decide. */
  Action?: IntentionAction;
  Permissions?: IntentionPermission[];
  JWT?: JWTRequirement;
  Meta?: Record<string, string>;
  Precedence: number;
  /** Base64. */
  Hash?: string;
  CreateIndex: number;
  ModifyIndex: number;
}

/** What a writer says of an intention. */
export interface IntentionInput {
  SourceName?: string;
  DestinationName?: string;
  SourceType?: string;
  SourcePeer?: string;
  SourceSamenessGroup?: string;
  Action?: string;
  Permissions?: unknown[];
  Description?: string;
  Meta?: Record<string, string>;
}

export interface IntentionPair {
  source: string;
  destination: string;
}

/**
 * `put` and `delete` name an intention by its services. The others are the calls by ID, which tell intentions apart that no
 * writer of the entry has touched since.
 */
export type IntentionApplyArgs =
  | ({ op: 'put'; intention: IntentionInput } & IntentionPair)
  | ({ op: 'delete' } & IntentionPair)
  /** The datacenter gives the ID, whatever the caller wrote. */
  | { op: 'create-by-id'; id?: string; intention: IntentionInput }
  | { op: 'update-by-id'; id: string; intention: IntentionInput }
  | { op: 'delete-by-id'; id: string };

export interface IntentionMatchArgs {
  by: 'source' | 'destination';
  names: string[];
}
