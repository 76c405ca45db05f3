/** What TTL checks had reported before a restart. */
import type { LocalState } from './local-state.ts';
import type { PlannedCheck } from './registration-plan.ts';
import type { PersistedState, StateDirectory } from './state-directory.ts';

/** By check ID. */
export type Reports = ReadonlyMap<string, PersistedState>;

/** The last reports of those TTL checks that are new here, as far as they still count. */
export async function lastReports(
  checks: readonly PlannedCheck[],
  { state, directory, now }: { state: LocalState; directory: StateDirectory; now: () => number },
): Promise<Reports> {
  const reports = new Map<string, PersistedState>();
  for (const { check, definition } of checks) {
    if (!definition.TTL || state.check(check.CheckID) !== undefined) continue;
    const report = await directory.state(check.CheckID);
    if (report !== undefined && report.ExpiresMs > now()) reports.set(check.CheckID, report);
  }
  return reports;
}
