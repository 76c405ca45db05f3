/** The whole catalog in figures: nodes, services and checks by their state (Consul: agent/consul/catalog_overview.go). */
import type { HealthCheck } from '../../protocol/types/catalog.ts';
import type { NodeInfo } from '../../protocol/types/ui.ts';

interface HealthSummary {
  Name?: string;
  Total: number;
  Passing: number;
  Warning: number;
  Critical: number;
}

export interface CatalogSummary {
  Nodes: HealthSummary[];
  Services: HealthSummary[];
  Checks: HealthSummary[];
}

/** A node is as well as the worst of its own checks, an instance as the worst of its. */
export function summarizeCatalog(infos: readonly NodeInfo[]): CatalogSummary {
  const nodes = new Summaries();
  const services = new Summaries();
  const checks = new Summaries();
  for (const { Services, Checks } of infos) {
    nodes.add('', worst(Checks.filter(({ ServiceID }) => ServiceID === '')));
    for (const { ID, Service } of Services)
      services.add(Service, worst(Checks.filter(({ ServiceID }) => ServiceID === ID)));
    for (const { Name, Status } of Checks) checks.add(Name, Status);
  }
  return { Nodes: nodes.list(), Services: services.list(), Checks: checks.list() };
}

class Summaries {
  readonly #byName = new Map<string, HealthSummary>();

  add(name: string, status: string): void {
    let summary = this.#byName.get(name);
    if (summary === undefined) {
      const named = name === '' ? {} : { Name: name };
      summary = { ...named, Total: 0, Passing: 0, Warning: 0, Critical: 0 };
      this.#byName.set(name, summary);
    }
    summary.Total++;
    if (status === 'passing') summary.Passing++;
    else if (status === 'warning') summary.Warning++;
    else if (status === 'critical') summary.Critical++;
  }

  list(): HealthSummary[] {
    return [...this.#byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, summary]) => summary);
  }
}

function worst(checks: readonly HealthCheck[]): string {
  for (const status of ['critical', 'warning'])
    if (checks.some(({ Status }) => Status === status)) return status;
  return 'passing';
}
