/** Stand-ins for this folder's tests: runners that do nothing, a catalog in memory. */
import type { NodeState } from '../../protocol/methods.ts';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import type {
  CheckStatus,
  DeregisterRequest,
  HealthCheck,
  NodeService,
  RegisterRequest,
} from '../../protocol/types/catalog.ts';
import {
  type EntryIDs,
  type NodeDigestReply,
  digestCheck,
  digestEntries,
  digestNode,
  digestService,
} from '../../protocol/node-digest.ts';
import { badRequest } from '../../protocol/errors.ts';
import type { Catalog, CheckKinds, Clock, Log, NodeInfo, RunnerRequest } from './interfaces.ts';

export const testLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Follows vitest's fake timers. */
export const testClock: Clock = {
  now: () => Date.now(),
  after(delayMs, action) {
    const handle = setTimeout(action, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

export const testNode: NodeInfo = {
  ID: 'id-1',
  Node: 'n1',
  Datacenter: 'dc1',
  Address: '127.0.0.1',
  TaggedAddresses: { lan: '127.0.0.1' },
  Meta: {},
};

export interface FakeRunner {
  readonly request: RunnerRequest;
  readonly notify: (status: CheckStatus, output: string) => void;
  running: boolean;
}

/** TTL and TCP checks, whose findings a test gives by hand. */
export class FakeKinds implements CheckKinds {
  readonly runners: FakeRunner[] = [];
  scriptsAllowed = true;

  typeOf(definition: CheckDefinition): string {
    return definition.TTL ? 'ttl' : definition.TCP ? 'tcp' : 'alias';
  }

  validate(definition: CheckDefinition): void {
    if (definition.TTL === '0s') throw badRequest('TTL must be > 0 for TTL checks');
  }

  authorize(definition: CheckDefinition): void {
    if (definition.ScriptArgs && !this.scriptsAllowed) throw new Error('Scripts are disabled');
  }

  createRunner(request: RunnerRequest, notify: FakeRunner['notify']) {
    const runner: FakeRunner = { request, notify, running: false };
    this.runners.push(runner);
    return {
      start: () => void (runner.running = true),
      stop: () => void (runner.running = false),
      ...(request.definition.TTL ? { setStatus: notify } : {}),
    };
  }

  runningIDs(): string[] {
    return this.runners.filter(({ running }) => running).map(({ request }) => request.checkID);
  }
}

/** The catalog's part for one node, and every request that came. */
export class FakeCatalog implements Catalog {
  readonly log: string[] = [];
  readonly requests: (RegisterRequest | DeregisterRequest)[] = [];
  readonly services = new Map<string, NodeService>();
  readonly checks = new Map<string, HealthCheck>();
  node: NodeState['Node'] | null = null;
  makesDigests = true;
  /** IDs of all entries that comparisons read. */
  readonly readEntries: string[] = [];
  /** Thrown by every call while it is set. */
  failure: Error | null = null;
  refuse: (request: RegisterRequest) => Error | null = () => null;

  async register(request: RegisterRequest): Promise<void> {
    this.requests.push(request);
    this.log.push(describe(request));
    const failure = this.failure ?? this.refuse(request);
    if (failure !== null) throw failure;
    const index = { CreateIndex: 1, ModifyIndex: this.requests.length };
    if (!request.SkipNodeUpdate) {
      const { ID = '', Node, Address = '', TaggedAddresses = {}, NodeMeta = {} } = request;
      this.node = {
        ID,
        Node,
        Address,
        Datacenter: 'dc1',
        TaggedAddresses,
        Meta: NodeMeta,
        ...index,
      };
    }
    const { Service } = request;
    if (Service) this.services.set(Service.ID!, { ...(Service as NodeService), ...index });
    for (const check of [...(request.Checks ?? []), ...(request.Check ? [request.Check] : [])]) {
      this.checks.set(check.CheckID!, { ...(check as HealthCheck), ...index });
    }
  }

  async deregister(request: DeregisterRequest): Promise<void> {
    this.requests.push(request);
    this.log.push(`- ${request.ServiceID ?? request.CheckID}`);
    if (this.failure !== null) throw this.failure;
    if (request.CheckID) this.checks.delete(request.CheckID);
    if (!request.ServiceID) return;
    this.services.delete(request.ServiceID);
    for (const [id, check] of this.checks) {
      if (check.ServiceID === request.ServiceID) this.checks.delete(id);
    }
  }

  /** Undefined: a datacenter of a version that makes none. */
  async nodeDigest(
    _node: string,
    digest: string,
    except: EntryIDs,
  ): Promise<NodeDigestReply | null | undefined> {
    this.log.push('compare');
    if (this.failure !== null) throw this.failure;
    if (!this.makesDigests) return undefined;
    if (this.node === null) return null;
    const services = [...this.services.values()].filter(({ ID }) => !except.services.includes(ID));
    const checks = [...this.checks.values()].filter(
      (each) => !except.checks.includes(each.CheckID),
    );
    const digests = {
      Node: digestNode(this.node),
      Services: Object.fromEntries(services.map((each) => [each.ID, digestService(each)])),
      Checks: Object.fromEntries(checks.map((each) => [each.CheckID, digestCheck(each)])),
    };
    return { Differing: digestEntries(digests) === digest ? null : digests };
  }

  async nodeState(_node?: string, only?: EntryIDs): Promise<NodeState | null> {
    if (this.failure !== null) throw this.failure;
    if (this.node === null) return null;
    const state = {
      Node: this.node,
      Services: [...this.services.values()].filter(({ ID }) => only?.services.includes(ID) ?? true),
      Checks: [...this.checks.values()].filter(
        ({ CheckID }) => only?.checks.includes(CheckID) ?? true,
      ),
    };
    this.readEntries.push(
      ...state.Services.map(({ ID }) => ID),
      ...state.Checks.map(({ CheckID }) => CheckID),
    );
    return state;
  }

  takeLog(): string[] {
    return this.log.splice(0);
  }
}

function describe({ Service, Check, Checks }: RegisterRequest): string {
  const checks = [...(Checks ?? []), ...(Check ? [Check] : [])];
  const names = checks.map((check) => `${check.CheckID}=${check.Status}`);
  const parts = [...(Service ? [Service.ID!] : []), ...names];
  return parts.length === 0 ? '+ node' : `+ ${parts.join(' ')}`;
}
