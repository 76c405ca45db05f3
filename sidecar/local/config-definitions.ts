/** Services and checks of the configuration files: at start, and what a reload changes of them. */
import type { CheckDefinition, ServiceDefinition } from '../../protocol/types/agent.ts';
import { badRequest, invalid } from '../../protocol/errors.ts';
import { stableStringify } from './same-json.ts';
import type { LocalState } from './local-state.ts';
import type { RegisterOptions, Registrar } from './registrar.ts';

/** What configuration files define, merged; durations and spellings are canonical already. */
export interface Definitions {
  readonly services: readonly ServiceDefinition[];
  readonly checks: readonly CheckDefinition[];
}

interface Applied {
  /** The definition as text, to see whether it changed. */
  readonly text: string;
  /** IDs of the checks inside it; for a check its own. */
  readonly checkIDs: readonly string[];
}

/**
 * A reload touches only what differs from the last one: everything else keeps its runners and its
 * state. What the API registered stays, except where a file defines the same ID.
 */
export class ConfigDefinitions {
  readonly #state: LocalState;
  readonly #registrar: Registrar;
  #services = new Map<string, Applied>();
  #checks = new Map<string, Applied>();

  constructor(state: LocalState, registrar: Registrar) {
    this.#state = state;
    this.#registrar = registrar;
  }

  /**
   * Makes the definitions take the place of those that were applied before.
   *
   * @param token the agent's token for its own registrations
   * @throws RPCError that names the definition; then nothing has changed
   */
  async apply(definitions: Definitions, token: string): Promise<void> {
    const options: RegisterOptions = { source: 'config', token };
    this.#judge(definitions, options);
    const { services, checks } = definitions;
    await this.#removeVanished(services, checks);
    for (const definition of services) await this.#applyService(definition, options);
    for (const definition of checks) await this.#applyCheck(definition, options);
  }

  #judge({ services, checks }: Definitions, options: RegisterOptions): void {
    const known = new Set(this.#state.services().map(({ service }) => service.ID));
    for (const id of this.#services.keys()) known.delete(id);
    for (const definition of services) {
      const name = definition.ID || definition.Name;
      const planned = naming(`Failed to register service ${JSON.stringify(name)}`, () =>
        this.#registrar.plan(definition, options),
      );
      for (const { entry } of planned) known.add(entry.service.ID);
    }
    for (const definition of checks) {
      const { ServiceID: serviceID, ...rest } = definition;
      const name = checkIDOf(definition);
      naming(`Failed to register check ${JSON.stringify(name)}`, () => {
        if (serviceID && !known.has(serviceID)) {
          throw badRequest(`ServiceID "${serviceID}" does not exist`);
        }
        // Its service may be among those that are about to be registered.
        return this.#registrar.planCheck(rest, options);
      });
    }
  }

  async #removeVanished(
    services: readonly ServiceDefinition[],
    checks: readonly CheckDefinition[],
  ): Promise<void> {
    const serviceIDs = new Set(services.map((definition) => definition.ID || definition.Name));
    for (const id of this.#services.keys()) {
      if (serviceIDs.has(id)) continue;
      this.#services.delete(id);
      if (this.#state.service(id)?.source === 'config') await this.#registrar.deregisterService(id);
    }
    const checkIDs = new Set(checks.map(checkIDOf));
    for (const id of this.#checks.keys()) {
      if (checkIDs.has(id)) continue;
      this.#checks.delete(id);
      await this.#removeCheck(id);
    }
  }

  async #applyService(definition: ServiceDefinition, options: RegisterOptions): Promise<void> {
    const id = definition.ID || definition.Name;
    const text = stableStringify(definition);
    const before = this.#services.get(id);
    // A service that the API removed comes back: the file still defines it.
    if (before?.text === text && this.#state.service(id) !== undefined) return;
    const checkIDs = await this.#registrar.registerService(definition, options);
    this.#services.set(id, { text, checkIDs });
    for (const checkID of before?.checkIDs ?? []) {
      if (!checkIDs.includes(checkID)) await this.#removeCheck(checkID);
    }
  }

  async #applyCheck(definition: CheckDefinition, options: RegisterOptions): Promise<void> {
    const id = checkIDOf(definition);
    const text = stableStringify(definition);
    if (this.#checks.get(id)?.text === text && this.#state.check(id) !== undefined) return;
    await this.#registrar.registerCheck(definition, options);
    this.#checks.set(id, { text, checkIDs: [id] });
  }

  async #removeCheck(id: string): Promise<void> {
    if (this.#state.check(id)?.source === 'config') await this.#registrar.deregisterCheck(id);
  }
}

/** A check without an ID is known by its name. */
const checkIDOf = (definition: CheckDefinition): string => definition.ID || definition.Name || '';

/** Adds to an error which definition it is about: a file may hold many. */
function naming<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (thrown) {
    throw invalid(`${what}: ${(thrown as Error).message}`);
  }
}
