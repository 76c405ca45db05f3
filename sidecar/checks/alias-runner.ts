/** A check that repeats the state of another service or node (agent/checks/alias.go). */
import type { CheckStatus, HealthCheck } from '../../protocol/types/catalog.ts';
import type { CheckRunner, Notify } from './check-runner.ts';
import type { Clock, Timer } from './clock.ts';

export type AliasedCheck = Pick<
  HealthCheck,
  'CheckID' | 'Name' | 'Status' | 'Output' | 'ServiceID'
>;

export interface AliasState {
  /** The checks of one node, both its own and those of its services. */
  readonly checks: readonly AliasedCheck[];
  /** True as well for a node that is not known: nothing can be said of its services then. */
  readonly hasService: (serviceID: string) => boolean;
}

/** Where an alias looks: this host's local state, or another node's part of the catalog. */
export interface AliasSource {
  /**
   * Calls `onState` with the present state and again after changes; answers the function that
   * ends this.
   *
   * @param node '' for this host
   */
  watch(node: string, onState: (state: AliasState) => void): () => void;
}

export interface AliasRunnerOptions {
  readonly checkID: string;
  /** '' for this host. */
  readonly node: string;
  /** '' for the node alone. */
  readonly serviceID: string;
  readonly source: AliasSource;
  readonly clock: Clock;
  readonly notify: Notify;
}

/**
 * A service's alias on this host is judged when something of that service changes, and else as often as Consul does it: what
 * befalls the node is in the node's own checks at once, and need not be written again for every alias.
 */
const NODE_REFRESH_MS = 60_000;

/** Event-driven: it costs nothing while nothing changes. */
export class AliasRunner implements CheckRunner {
  readonly #options: AliasRunnerOptions;
  #unwatch: (() => void) | undefined;
  #timer: Timer | undefined;
  #state: AliasState | undefined;
  /** What was judged of the service last. */
  #judged: string | undefined;

  constructor(options: AliasRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#unwatch ??= this.#options.source.watch(this.#options.node, (state) =>
      this.#onState(state),
    );
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /**
   * Evaluates in the next turn: many checks may change in one, and two aliases that follow each
   * other must not call one another without end inside one.
   */
  #onState(state: AliasState): void {
    this.#state = state;
    const { node, serviceID } = this.#options;
    const isLocal = node === '' && serviceID !== '';
    const ofService = isLocal ? describeService(state, serviceID) : undefined;
    if (ofService !== undefined && ofService === this.#judged) {
      this.#timer ??= this.#options.clock.after(NODE_REFRESH_MS, () => this.#judge());
      return;
    }
    this.#judged = ofService;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(0, () => this.#judge());
  }

  #judge(): void {
    this.#timer = undefined;
    const result = evaluateAlias(this.#options, this.#state!);
    if (result !== null) this.#options.notify(result.status, result.output);
  }
}

/** What an alias of a service depends on, but for the node. */
function describeService({ checks, hasService }: AliasState, serviceID: string): string {
  const own = checks.filter((check) => check.ServiceID === serviceID);
  return JSON.stringify([
    hasService(serviceID),
    own.map(({ CheckID, Status, Output }) => [CheckID, Status, Output]),
  ]);
}

/**
 * The worst state among the node's own checks and the service's. An alias of a node counts
 * itself, as Consul's does.
 *
 * @returns null when only the alias itself stands in the way: its output would quote itself,
 * longer each time.
 */
export function evaluateAlias(
  { checkID, node, serviceID }: Pick<AliasRunnerOptions, 'checkID' | 'node' | 'serviceID'>,
  { checks, hasService }: AliasState,
): { status: CheckStatus; output: string } | null {
  let worst: AliasedCheck | undefined;
  let counted = 0;
  let serviceFound = serviceID === '';
  for (const check of checks) {
    if (check.ServiceID !== '' && check.ServiceID !== serviceID) continue;
    if (serviceID !== '' && check.ServiceID === serviceID) serviceFound = true;
    counted++;
    if (check.Status === 'passing') continue;
    if (worst === undefined || (worst.Status === 'warning' && check.Status === 'critical'))
      worst = check;
  }
  if (!serviceFound && !hasService(serviceID)) {
    return {
      status: 'critical',
      output: `Service ${serviceID} could not be found on node ${node}`,
    };
  }
  if (worst?.CheckID === checkID) return null;
  if (worst !== undefined) {
    return {
      status: worst.Status,
      output: `Aliased check "${worst.Name}" failing: ${worst.Output}`,
    };
  }
  return { status: 'passing', output: counted === 0 ? 'No checks found.' : 'All checks passing.' };
}
