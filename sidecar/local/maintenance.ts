/**
 * Maintenance mode: a critical check that keeps a service, or all of a node, out of use
 * (agent/agent.go).
 */
import {
  NODE_MAINTENANCE_CHECK_ID,
  SERVICE_MAINTENANCE_PREFIX,
} from '../../protocol/types/catalog.ts';
import { maintenanceCheck } from './health-check.ts';
import { unknownService } from './unknown.ts';
import type { LocalState } from './local-state.ts';
import type { Registrar } from './registrar.ts';

/** Consul's sentence for an operator who gave no reason; it stands in the check's notes. */
const reasonOr = (reason: string, what: string): string =>
  reason ||
  `Maintenance mode is enabled for this ${what}, but no reason was provided. This is a default message.`;

/** To enable what is enabled and to disable what is not changes nothing; the first reason stays. */
export class Maintenance {
  readonly #state: LocalState;
  readonly #registrar: Registrar;
  readonly #node: string;

  constructor(state: LocalState, registrar: Registrar, node: string) {
    this.#state = state;
    this.#registrar = registrar;
    this.#node = node;
  }

  async setNode(enable: boolean, reason: string, token: string): Promise<void> {
    const id = NODE_MAINTENANCE_CHECK_ID;
    const name = 'Node Maintenance Mode';
    const check = maintenanceCheck(id, name, reasonOr(reason, 'node'), null, this.#node);
    await this.#set(id, enable, check, token);
  }

  /** @throws RPCError not-found */
  async setService(
    serviceID: string,
    enable: boolean,
    reason: string,
    token: string,
  ): Promise<void> {
    const entry = this.#state.service(serviceID);
    if (entry === undefined) throw unknownService(serviceID);
    const id = `${SERVICE_MAINTENANCE_PREFIX}${serviceID}`;
    const name = 'Service Maintenance Mode';
    const text = reasonOr(reason, 'service');
    const check = maintenanceCheck(id, name, text, entry.service, this.#node);
    await this.#set(id, enable, check, token || entry.token);
  }

  async #set(
    id: string,
    enable: boolean,
    check: ReturnType<typeof maintenanceCheck>,
    token: string,
  ): Promise<void> {
    const isEnabled = this.#state.check(id) !== undefined;
    if (enable === isEnabled) return;
    if (enable) await this.#registrar.putPassiveCheck(check, token);
    else await this.#registrar.deregisterCheck(id);
  }
}
