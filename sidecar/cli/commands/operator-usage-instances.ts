/** `operator usage instances`: how many service instances and nodes there are. */
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { renderWideColumns } from '../output.ts';

interface Usage {
  readonly Nodes: number;
  readonly Services: number;
  readonly BillableServiceInstances: number;
  readonly ConnectServiceInstances: Readonly<Record<string, number>>;
}

type UsageByDatacenter = readonly (readonly [string, Usage])[];

export const command = defineCommand({
  usage: 'operator usage instances [options]',
  about: `Prints how many nodes, services and service instances a datacenter has.

    $ lictor operator usage instances
    $ lictor operator usage instances -all-datacenters`,
  api: DATACENTER,
  maxArguments: 0,
  flags: {
    'all-datacenters': flag.bool('Print those of all datacenters.'),
    billable: flag.bool('Print only instances that are not part of the mesh or of the agents.'),
    connect: flag.bool('Print only instances of the service mesh.'),
  },
  async run({ flags, client, print }) {
    if (flags.billable && flags.connect) {
      throw new CommandError('Cannot specify both -billable and -connect flags');
    }
    const all = flags['all-datacenters'];
    const answer = await orFail(
      'Error fetching usage information',
      client.json<{ Usage: Record<string, Usage> }>({
        path: '/v1/operator/usage',
        query: { global: all ? true : undefined },
      }),
    );
    const usage = Object.entries(answer.Usage).toSorted(([left], [right]) =>
      left < right ? -1 : 1,
    );
    const sections: string[] = [];
    if (!flags.connect) sections.push(renderBillable(usage, all), renderNodes(usage));
    if (!flags.billable) sections.push(renderConnect(usage, all));
    print(sections.join('\n\n\n') + (flags.billable ? '\n\n' : ''));
  },
});

function total(usage: UsageByDatacenter, count: (usage: Usage) => number): number {
  return usage.reduce((sum, [, counts]) => sum + count(counts), 0);
}

function renderBillable(usage: UsageByDatacenter, all: boolean): string {
  const instances = total(usage, (counts) => counts.BillableServiceInstances);
  const lines = [`Billable Service Instances Total: ${instances}`];
  for (const [name, counts] of usage) {
    lines.push(`${name} Billable Service Instances: ${counts.BillableServiceInstances}`);
  }
  const rows = usage.map(([name, counts]) =>
    row(all, name, String(counts.Services), String(counts.BillableServiceInstances)),
  );
  const services = String(total(usage, (counts) => counts.Services));
  const sums = all ? [row(all, '', '', ''), row(all, 'Total', services, String(instances))] : [];
  const head = row(all, 'Datacenter', 'Services', 'Service instances');
  return `${lines.join('\n')}\n\nBillable Services\n${renderWideColumns([head, ...rows, ...sums])}`;
}

function renderNodes(usage: UsageByDatacenter): string {
  const rows = usage.map(([name, { Nodes }]) => [name, String(Nodes)]);
  // The head's trailing blanks are those of the table that Consul prints.
  const head = ['Datacenter', 'Count'.padEnd(17)];
  const sum = ['Total', String(total(usage, ({ Nodes }) => Nodes))];
  return `Nodes\n${renderWideColumns([head, ...rows, ['', ''], sum])}`;
}

function renderConnect(usage: UsageByDatacenter, all: boolean): string {
  const rows = usage.flatMap(([name, { ConnectServiceInstances }]) =>
    Object.keys(ConnectServiceInstances)
      .toSorted()
      .map((kind) => row(all, name, kind, String(ConnectServiceInstances[kind]))),
  );
  const count = total(usage, ({ ConnectServiceInstances }) =>
    Object.values(ConnectServiceInstances).reduce((sum, instances) => sum + instances, 0),
  );
  const sums = all ? [row(all, '', '', ''), row(all, 'Total', '', String(count))] : [];
  const head = row(all, 'Datacenter', 'Type', 'Service instances');
  return `Connect Services\n${renderWideColumns([head, ...rows, ...sums])}`;
}

/** The column of datacenters stands only where there may be several. */
function row(all: boolean, datacenter: string, ...cells: string[]): string[] {
  return all ? [datacenter, ...cells] : cells;
}
