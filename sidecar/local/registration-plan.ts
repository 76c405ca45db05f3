/**
 * What a registration will put into the local state: made and judged whole before anything
 * changes.
 */
import { RPCError } from '../../protocol/errors.ts';
import type { CheckDefinition, ServiceDefinition } from '../../protocol/types/agent.ts';
import { embeddedCheck, embeddedCheckID } from './health-check.ts';
import { toNodeService } from './node-service.ts';
import { defaultSidecarChecks, sidecarDefinition } from './sidecar-service.ts';
import {
  checksOf,
  validateChecks,
  validateDefinition,
  validateSidecar,
  validateTaggedAddresses,
} from './validate-service.ts';
import type { CheckKinds, DefinitionSource } from './interfaces.ts';
import type { LocalCheck, ServiceEntry } from './entries.ts';

/** `check` has the initial state; what is known of an earlier registration is applied later. */
export interface PlannedCheck {
  readonly check: LocalCheck;
  readonly definition: CheckDefinition;
  readonly token: string;
}

/** A service with all checks of its definition. */
export interface PlannedService {
  readonly entry: ServiceEntry;
  readonly checks: readonly PlannedCheck[];
}

/** Lays what configuration entries say of a proxy under its registration. */
export interface ConfigMerger {
  merge(entry: ServiceEntry): Promise<ServiceEntry>;
}

export interface PlanContext {
  readonly kinds: CheckKinds;
  readonly node: string;
  readonly source: DefinitionSource;
  /** Token of the request; a definition's own comes first. */
  readonly token: string;
  readonly sidecarPort: (sidecarID: string) => number;
}

/**
 * The service, then its sidecar when it asks for one.
 *
 * @throws RPCError in Consul's words
 */
export function planService(definition: ServiceDefinition, context: PlanContext): PlannedService[] {
  const service = toNodeService(definition);
  validateDefinition(definition, service, context);
  const token = definition.Token || context.token;
  const main = planOne(definition, { service, token, source: context.source }, context);
  const sidecar = planSidecar(definition, main.entry, context);
  const planned = sidecar === null ? [main] : [main, sidecar];
  for (const { entry, checks } of planned) {
    validateTaggedAddresses(entry.service.TaggedAddresses);
    for (const check of checks) authorize(entry, check.definition, context);
  }
  return planned;
}

/** Consul registers what is part of the mesh in a step of its own, which says so. @throws RPCError */
function authorize(
  { service }: ServiceEntry,
  definition: CheckDefinition,
  { kinds, source }: PlanContext,
): void {
  try {
    kinds.authorize(definition, source);
  } catch (error) {
    if (!(error instanceof RPCError) || !service.Kind) throw error;
    throw new RPCError(error.code, `error updating service registration: ${error.message}`);
  }
}

/** Its own checks if it names some, otherwise the two that Consul gives every sidecar. */
function planSidecar(
  definition: ServiceDefinition,
  parent: ServiceEntry,
  context: PlanContext,
): PlannedService | null {
  const full = sidecarDefinition(definition, parent.service, () =>
    context.sidecarPort(parent.service.ID),
  );
  if (full === null) return null;
  const asked = definition.Connect!.SidecarService as unknown as ServiceDefinition;
  const own = checksOf(asked);
  validateChecks(own, 'Invalid check in sidecar_service', context.kinds);
  const service = toNodeService(full);
  validateSidecar(service, asked);
  const checks = own.length > 0 ? own : defaultSidecarChecks(service, parent.service.ID);
  const token = full.Token || parent.token;
  const entry = { service, token, source: context.source, sidecarOf: parent.service.ID };
  return planOne({ ...full, Check: undefined, Checks: checks }, entry, context);
}

function planOne(
  definition: ServiceDefinition,
  entry: ServiceEntry,
  { kinds, node }: PlanContext,
): PlannedService {
  const { service } = entry;
  const definitions = checksOf(definition);
  const checks = definitions.map((check, index): PlannedCheck => {
    const id = check.ID || embeddedCheckID(service.ID, index + 1, definitions.length);
    return {
      check: embeddedCheck(check, id, service, node, kinds.typeOf(check)),
      definition: check,
      token: check.Token || entry.token,
    };
  });
  // An ID that stands twice means the last one: only that is written and run.
  const byID = new Map(checks.map((check) => [check.check.CheckID, check]));
  return { entry, checks: [...byID.values()] };
}

/** @param central none where the agent is told not to look at configuration entries */
export function withCentralConfig(
  planned: readonly PlannedService[],
  central: ConfigMerger | undefined,
): Promise<PlannedService[]> {
  return Promise.all(
    planned.map(async ({ entry, checks }) => ({
      entry: central === undefined ? entry : await central.merge(entry),
      checks,
    })),
  );
}
