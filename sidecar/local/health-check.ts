/** From a check's definition to the check as it stands in the catalog. */
import { parseDuration, renderDuration } from '../../protocol/duration.ts';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import type { LocalCheck, LocalService } from './entries.ts';

/** Canonical text of a duration ("90s" is "1m30s"); `zero` stands for none. */
function canonicalDuration(text: string | undefined, zero: string): string {
  const ms = text === undefined ? 0 : (parseDuration(text) ?? 0);
  return ms === 0 ? zero : renderDuration(ms);
}

/**
 * The ID of a check that a service's definition contains and does not name: `service:<id>`, and
 * with several checks `service:<id>:<position, from 1>`.
 */
export function embeddedCheckID(serviceID: string, position: number, count: number): string {
  return count > 1 ? `service:${serviceID}:${position}` : `service:${serviceID}`;
}

/**
 * A check inside a service's definition. Unset durations are '' there (and "0s" in checks of
 * their own).
 */
export function embeddedCheck(
  definition: CheckDefinition,
  checkID: string,
  service: LocalService,
  node: string,
  type: string,
): LocalCheck {
  return {
    ...blankCheck(definition, checkID, node, type),
    Name: definition.Name || `Service '${service.Service}' check`,
    ...ofService(service),
    Interval: canonicalDuration(definition.Interval, ''),
    Timeout: canonicalDuration(definition.Timeout, ''),
  };
}

/** A check that was registered for itself, of a service or (`service` null) of the node. */
export function standaloneCheck(
  definition: CheckDefinition,
  service: LocalService | null,
  node: string,
  type: string,
): LocalCheck {
  const checkID = definition.ID || definition.Name || '';
  return {
    ...blankCheck(definition, checkID, node, type),
    Name: definition.Name || checkID,
    ...(service === null ? {} : ofService(service)),
    Interval: canonicalDuration(definition.Interval, '0s'),
    Timeout: canonicalDuration(definition.Timeout, '0s'),
  };
}

/** What a check takes from its service; it changes with the service. */
export function ofService(
  service: LocalService,
): Pick<LocalCheck, 'ServiceID' | 'ServiceName' | 'ServiceTags'> {
  return { ServiceID: service.ID, ServiceName: service.Service, ServiceTags: service.Tags };
}

/**
 * What all checks have in common. `Definition` stays empty in the catalog, as in Consul: how a
 * check is made is the agent's own affair, and may hold secrets.
 */
function blankCheck(
  definition: CheckDefinition,
  checkID: string,
  node: string,
  type: string,
): LocalCheck {
  return {
    Node: node,
    CheckID: checkID,
    Name: '',
    // A service is not known to be well before its check said so.
    Status: definition.Status || 'critical',
    Notes: definition.Notes ?? '',
    Output: '',
    ServiceID: '',
    ServiceName: '',
    ServiceTags: [],
    Type: type,
    Interval: '',
    Timeout: '',
    ExposedPort: 0,
    Definition: {},
  };
}

/** Maintenance mode: a check that nothing runs. */
export function maintenanceCheck(
  checkID: string,
  name: string,
  reason: string,
  service: LocalService | null,
  node: string,
): LocalCheck {
  return {
    ...blankCheck({ Status: 'critical', Notes: reason }, checkID, node, 'maintenance'),
    Name: name,
    ...(service === null ? {} : ofService(service)),
  };
}
