/** Adds and removes services and checks: the only one that does. */
import { notFound } from '../../protocol/errors.ts';
import type { CheckDefinition, ServiceDefinition } from '../../protocol/types/agent.ts';
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import { asRegistered } from './central-config.ts';
import { validateStandaloneCheck } from './validate-service.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { keysOfCheck, keysOfService } from './registration-keys.ts';
import { planService, withCentralConfig } from './registration-plan.ts';
import { RunnerTable } from './runner-table.ts';
import { DEFAULT_SIDECAR_PORTS, freeSidecarPort, sidecarID } from './sidecar-service.ts';
import { standaloneCheck } from './health-check.ts';
import type { CheckKinds, DefinitionSource, Log } from './interfaces.ts';
import type { LocalState } from './local-state.ts';
import type { ConfigMerger, PlannedCheck, PlannedService } from './registration-plan.ts';
import type { PortRange } from './sidecar-service.ts';
import { unknownCheck, unknownService } from './unknown.ts';
import { type Reports, lastReports } from './last-reports.ts';
import type { StateDirectory } from './state-directory.ts';
import { type Before, putBack, rememberBefore } from './taking-back.ts';

export interface RegistrarOptions {
  readonly state: LocalState;
  readonly kinds: CheckKinds;
  readonly directory: StateDirectory;
  readonly node: string;
  readonly now: () => number;
  readonly log: Log;
  readonly sidecarPorts?: PortRange;
  readonly central?: ConfigMerger;
}

export interface RegisterOptions {
  readonly source: DefinitionSource;
  /** Used where the definition names no token. */
  readonly token: string;
  /** Removes the service's checks that the definition does not have. */
  readonly replaceExistingChecks?: boolean;
}

/**
 * Operations on the same service or check run one after the other. Each judges its input before it changes anything.
 *
 * A registration is written to disk while it is on its way to the datacenter: both wait for a disk, and one wait is enough.
 * It is acknowledged after both, so a crash in between leaves what nobody was told of, and the comparison after the restart
 * settles it: what only the catalog has is removed there, what only the disk has is sent. What the disk refuses is taken back.
 */
export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #runners: RunnerTable;
  readonly #queue = new KeyedQueue();

  constructor(options: RegistrarOptions) {
    this.#options = options;
    const { kinds, state, directory, now } = options;
    this.#runners = new RunnerTable(kinds, state, directory, now);
  }

  /** @throws RPCError in Consul's words, or the file system's error */
  registerService(definition: ServiceDefinition, options: RegisterOptions): Promise<string[]> {
    return this.#queue.run(keysOfService(definition), async () => {
      const planned = await withCentralConfig(
        this.plan(definition, options),
        this.#options.central,
      );
      const reports = await this.#reports(planned.flatMap(({ checks }) => checks));
      const saved = Promise.all(planned.map((service) => this.#persist(service, options.source)));
      const ids = planned.flatMap(({ checks }) => checks.map(({ check }) => check.CheckID));
      const before = rememberBefore(
        this.#options.state,
        planned.map(({ entry }) => entry.service.ID),
        ids,
      );
      const surplus = planned.flatMap((service) => this.#apply(service, options, reports));
      await this.#savedOrPutBack(saved, before);
      for (const id of surplus) await this.#removeCheckFiles(id);
      return ids;
    });
  }

  /** What `registerService` would do; changes nothing. */
  plan(definition: ServiceDefinition, { source, token }: RegisterOptions): PlannedService[] {
    const { kinds, node, state, sidecarPorts = DEFAULT_SIDECAR_PORTS } = this.#options;
    return planService(definition, {
      kinds,
      node,
      source,
      token,
      sidecarPort: (parentID) => {
        // A sidecar that is registered again keeps its port.
        const own = state.service(sidecarID(parentID));
        if (own?.sidecarOf === parentID && own.service.Port > 0) return own.service.Port;
        return freeSidecarPort(sidecarPorts, new Set(state.services().map((e) => e.service.Port)));
      },
    });
  }

  /** @returns the check's ID */
  registerCheck(definition: CheckDefinition, options: RegisterOptions): Promise<string> {
    return this.#queue.run(keysOfCheck(definition), async () => {
      const planned = this.planCheck(definition, options);
      const reports = await this.#reports([planned]);
      const saved =
        options.source === 'api'
          ? this.#saveCheck(planned)
          : this.#options.directory.removeCheck(planned.check.CheckID);
      const before = rememberBefore(this.#options.state, [], [planned.check.CheckID]);
      this.#applyCheck(planned, options.source, reports);
      await this.#savedOrPutBack(saved, before);
      return planned.check.CheckID;
    });
  }

  planCheck(definition: CheckDefinition, { source, token }: RegisterOptions): PlannedCheck {
    const { kinds, state, node } = this.#options;
    validateStandaloneCheck(definition, kinds, source);
    const service = definition.ServiceID ? state.service(definition.ServiceID) : undefined;
    if (definition.ServiceID && service === undefined) {
      throw notFound(`ServiceID "${definition.ServiceID}" does not exist`);
    }
    kinds.authorize(definition, source);
    return {
      // Consul shows no type of a check that a file defines outside of a service.
      check: standaloneCheck(
        definition,
        service?.service ?? null,
        node,
        source === 'api' ? kinds.typeOf(definition) : '',
      ),
      definition,
      token: definition.Token || token,
    };
  }

  /** Removes a service, its checks, and the sidecar that came with it. */
  deregisterService(id: string): Promise<void> {
    return this.#queue.run('everything', () => this.#removeService(id));
  }

  deregisterCheck(id: string): Promise<void> {
    return this.#queue.run('everything', async () => {
      if (this.#options.state.check(id) === undefined) throw unknownCheck(id);
      this.#dropCheck(id);
      await this.#removeCheckFiles(id);
    });
  }

  /**
   * Takes a report for a TTL check.
   *
   * @throws RPCError not-found for an unknown check, invalid for one that takes no reports
   */
  reportTTL(id: string, status: CheckStatus, output: string): void {
    if (this.#options.state.check(id) === undefined) throw unknownCheck(id);
    if (!this.#runners.report(id, status, output)) {
      throw new Error(`CheckID "${id}" does not have associated TTL`);
    }
  }

  /** Adds a check that nothing runs (maintenance mode). */
  putPassiveCheck(check: PlannedCheck['check'], token: string): Promise<void> {
    return this.#queue.run('everything', async () => {
      await this.#options.directory.saveCheck({ Check: check, Definition: null, Token: token });
      this.#options.state.putCheck({ check, definition: null, token, source: 'api' });
    });
  }

  /**
   * Brings back what the API registered before the last stop. What the configuration defines
   * comes first.
   */
  async restore(): Promise<void> {
    await this.#queue.run('everything', async () => {
      const { directory, state, log } = this.#options;
      for (const { Service, Token, SidecarOf } of await directory.services()) {
        if (state.service(Service.ID) !== undefined) {
          await directory.removeService(Service.ID);
          continue;
        }
        state.putService({ service: Service, token: Token, source: 'api', sidecarOf: SidecarOf });
      }
      for (const { Check, Definition, Token } of await directory.checks()) {
        const id = Check.CheckID;
        const lost = Check.ServiceID !== '' && state.service(Check.ServiceID) === undefined;
        if (lost) log.warn(`check ${id} belonged to service ${Check.ServiceID}, which is gone`);
        if (lost || state.check(id) !== undefined) await directory.removeCheck(id);
        else await this.#restoreCheck(Check, Definition, Token);
      }
    });
  }

  counts(): { monitors: number; ttls: number } {
    return this.#runners.counts();
  }

  async stop(): Promise<void> {
    await this.#queue.run('everything', async () => this.#runners.stopAll());
    await this.#options.directory.flush();
  }

  async #restoreCheck(
    check: PlannedCheck['check'],
    definition: CheckDefinition | null,
    token: string,
  ): Promise<void> {
    if (definition === null) {
      this.#options.state.putCheck({ check, definition, token, source: 'api' });
    } else {
      const planned = { check, definition, token };
      this.#applyCheck(planned, 'api', await this.#reports([planned]));
    }
  }

  /** @throws why it could not be saved; then everything is as it was before */
  async #savedOrPutBack(saved: Promise<unknown>, before: Before): Promise<void> {
    try {
      await saved;
    } catch (thrown) {
      putBack(before, this.#options.state, this.#runners);
      throw thrown;
    }
  }

  async #persist({ entry, checks }: PlannedService, source: DefinitionSource): Promise<void> {
    const { directory } = this.#options;
    if (source === 'config') {
      const removals = checks.map(({ check }) => directory.removeCheck(check.CheckID));
      await Promise.all([directory.removeService(entry.service.ID), ...removals]);
      return;
    }
    // Together: one wait for the disk is enough.
    await Promise.all([
      directory.saveService(asRegistered(entry)),
      ...checks.map((check) => this.#saveCheck(check)),
    ]);
  }

  #saveCheck({ check, definition, token }: PlannedCheck): Promise<void> {
    const { directory } = this.#options;
    return directory.saveCheck({ Check: check, Definition: definition, Token: token });
  }

  /**
   * In one turn, so that the service and its checks reach the catalog together: a service that is
   * seen without its critical check counts as healthy.
   *
   * @returns the IDs of checks that were dropped
   */
  #apply({ entry, checks }: PlannedService, options: RegisterOptions, reports: Reports): string[] {
    const { state } = this.#options;
    state.putService(entry);
    for (const check of checks) this.#applyCheck(check, options.source, reports);
    if (options.replaceExistingChecks !== true) return [];
    const kept = new Set(checks.map(({ check }) => check.CheckID));
    const surplus = state.checksOf(entry.service.ID).map(({ check }) => check.CheckID);
    return surplus.filter((id) => !kept.has(id) && this.#dropCheck(id));
  }

  #reports(checks: readonly PlannedCheck[]): Promise<Reports> {
    return lastReports(checks, this.#options);
  }

  /** A check that is known keeps its state: registering again says nothing about health. */
  #applyCheck(planned: PlannedCheck, source: DefinitionSource, reports: Reports): void {
    const { state } = this.#options;
    const { check, definition, token } = planned;
    const id = check.CheckID;
    const report = reports.get(id);
    const from = state.check(id)?.check ?? report;
    const restored =
      from === undefined ? check : { ...check, Status: from.Status, Output: from.Output };
    state.putCheck({ check: restored, definition, token, source });
    this.#runners.start(id, check.ServiceID, definition, report?.Output);
  }

  async #removeService(id: string): Promise<void> {
    const { state, directory, log } = this.#options;
    if (state.service(id) === undefined) throw unknownService(id);
    await directory.removeService(id);
    // The service goes first: its checks then need no message of their own to the datacenter.
    const checks = state.checksOf(id).map(({ check }) => check.CheckID);
    state.deleteService(id);
    for (const check of checks) this.#dropCheck(check);
    for (const check of checks) await this.#removeCheckFiles(check);
    log.debug(`removed service: service=${id}`);
    const sidecar = sidecarID(id);
    if (state.service(sidecar)?.sidecarOf === id) await this.#removeService(sidecar);
  }

  #dropCheck(id: string): true {
    this.#runners.stop(id);
    this.#options.state.deleteCheck(id);
    return true;
  }

  async #removeCheckFiles(id: string): Promise<void> {
    const { directory } = this.#options;
    await Promise.all([directory.removeCheck(id), directory.removeState(id)]);
  }
}
