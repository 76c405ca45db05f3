/** Undoes a registration that the disk refused, after it was made in memory. */
import type { CheckEntry, ServiceEntry } from './entries.ts';
import type { LocalState } from './local-state.ts';
import type { RunnerTable } from './runner-table.ts';

/** What stood under the IDs of a registration before it was made; undefined for nothing. */
export interface Before {
  readonly services: ReadonlyMap<string, ServiceEntry | undefined>;
  readonly checks: ReadonlyMap<string, CheckEntry | undefined>;
}

/** Covers the services' present checks as well: a registration may replace them. */
export function rememberBefore(
  state: LocalState,
  serviceIDs: readonly string[],
  checkIDs: readonly string[],
): Before {
  const present = serviceIDs.flatMap((id) => state.checksOf(id).map(({ check }) => check.CheckID));
  return {
    services: new Map(serviceIDs.map((id) => [id, state.service(id)])),
    checks: new Map([...present, ...checkIDs].map((id) => [id, state.check(id)])),
  };
}

/** A check that is put back runs anew and keeps what it had found out. */
export function putBack(
  { services, checks }: Before,
  state: LocalState,
  runners: RunnerTable,
): void {
  for (const [id, entry] of services) {
    if (entry === undefined) state.deleteService(id);
    else state.putService(entry);
  }
  for (const [id, entry] of checks) {
    if (entry === undefined) {
      runners.stop(id);
      state.deleteCheck(id);
    } else {
      const { check, definition } = entry;
      state.putCheck(entry);
      if (definition !== null) runners.start(id, check.ServiceID, definition, check.Output);
    }
  }
}
