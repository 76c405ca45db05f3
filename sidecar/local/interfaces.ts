/** What this folder needs of others; sidecar/agent.ts connects it. */
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import type {
  CheckStatus,
  DeregisterRequest,
  RegisterRequest,
} from '../../protocol/types/catalog.ts';
import type { NodeState } from '../../protocol/methods.ts';
import type { EntryIDs, NodeDigestReply } from '../../protocol/node-digest.ts';

export interface Timer {
  cancel(): void;
}

/** Injected, so that tests need no sleep. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  after(delayMs: number, action: () => void): Timer;
}

export interface Log {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** Who defined a service or check: this host's configuration files, or a caller of the API. */
export type DefinitionSource = 'config' | 'api';

/** Keeps a check's state up to date until stopped. */
export interface CheckRunner {
  start(): void;
  stop(): void;
  /** Only for checks whose state is reported (TTL). */
  setStatus?(status: CheckStatus, output: string): void;
}

/** `lastOutput` is the output of a TTL check's last report before a restart. */
export interface RunnerRequest {
  readonly checkID: string;
  readonly serviceID: string;
  readonly definition: CheckDefinition;
  readonly lastOutput?: string;
}

/** All that is to know of kinds of checks. */
export interface CheckKinds {
  /** A check's `Type` in answers. */
  typeOf(definition: CheckDefinition): string;
  /** @throws RPCError bad-request with a sentence that has no prefix */
  validate(definition: CheckDefinition): void;
  /** @throws RPCError when the configuration does not allow what the definition would run */
  authorize(definition: CheckDefinition, source: DefinitionSource): void;
  createRunner(
    request: RunnerRequest,
    notify: (status: CheckStatus, output: string) => void,
  ): CheckRunner;
}

/** The part of the datacenter that holds this node. Errors are RPCErrors. */
export interface Catalog {
  register(request: RegisterRequest, token: string): Promise<void>;
  deregister(request: DeregisterRequest, token: string): Promise<void>;
  /**
   * Null when the catalog does not know the node.
   *
   * @param only of its services and checks these alone
   */
  nodeState(node: string, only?: EntryIDs): Promise<NodeState | null>;
  /**
   * What differs from `digest`, which leaves `except` out. Null when the catalog does not know the node, undefined when the
   * datacenter is of a version that makes no digests.
   */
  nodeDigest(
    node: string,
    digest: string,
    except: EntryIDs,
  ): Promise<NodeDigestReply | null | undefined>;
}

/** This node as it stands in the catalog. */
export interface NodeInfo {
  readonly ID: string;
  readonly Node: string;
  readonly Datacenter: string;
  readonly Address: string;
  readonly TaggedAddresses: Record<string, string>;
  readonly Meta: Record<string, string>;
}
