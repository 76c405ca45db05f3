/** `members`: the members that the agent's gossip knows. */
import type { AgentMember } from '../../../protocol/types/agent.ts';
import { AGENT, PARTITION } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { renderColumns } from '../output.ts';
import { compilePattern } from '../pattern.ts';
import { type Mood, paintFor } from '../terminal.ts';

/** Exit code when no member is left to show. */
const NO_MEMBERS = 2;
const STATUS_NAMES = ['none', 'alive', 'leaving', 'left', 'failed'];
const STATUS_COLUMN = 2;
const MOODS: Readonly<Record<string, Mood>> = {
  alive: 'good',
  leaving: 'poor',
  left: 'gone',
  failed: 'bad',
};

export const command = defineCommand({
  usage: 'members [options]',
  about: `Prints the members of the cluster as the agent sees them. The exit code is 2
when none matches.

    $ lictor members
    $ lictor members -status=failed
    $ lictor members -watch`,
  api: [...AGENT, ...PARTITION],
  flags: {
    detailed: flag.bool('Print all tags of each member.'),
    filter: flag.text('Expression that the members must fulfil.'),
    segment: flag.text('Segments are an Enterprise feature; there is only the one without a name.'),
    status: flag.text('Only members whose status matches this regular expression.'),
    wan: flag.bool('Print the members of the WAN pool: servers of all datacenters.'),
    watch: flag.bool('Go on and show each change, on a terminal in its place.'),
  },
  async run({ flags, client, io, print }) {
    const pattern =
      flags.status === ''
        ? undefined
        : await compilePattern(flags.status, 'Failed to compile status regexp');
    const query = {
      wan: flags.wan ? '1' : undefined,
      segment: flags.wan ? undefined : flags.segment || '_all',
      filter: flags.filter || undefined,
    };
    const paint = paintFor(io.stdout, io);
    const read = async (): Promise<string> => {
      const all = await orFail(
        'Error retrieving members',
        client.json<AgentMember[] | null>({ path: '/v1/agent/members', query }),
      );
      // Null from an agent that is in no such pool.
      const members = (all ?? [])
        .filter((member) => pattern?.test(statusName(member)) ?? true)
        .toSorted(flags.wan ? byDatacenter : byName);
      if (members.length === 0) return '';
      const rows = flags.detailed ? detailedRows(members) : standardRows(members);
      return renderColumns(rows, (cell, column, row) =>
        column === STATUS_COLUMN && row > 0 ? paint(cell, MOODS[cell]) : cell,
      );
    };
    if (flags.watch) {
      const { showLive } = await import('../live-command.ts');
      await showLive(io, read);
      return 0;
    }
    const table = await read();
    if (table === '') return NO_MEMBERS;
    print(table);
    return 0;
  },
});

function statusName(member: AgentMember): string {
  const name = STATUS_NAMES[member.Status];
  if (name === undefined) throw new CommandError(`unknown member status ${member.Status}`);
  return name;
}

function byName(left: AgentMember, right: AgentMember): number {
  return compare(sortKey(left), sortKey(right));
}

function byDatacenter(left: AgentMember, right: AgentMember): number {
  return compare(left.Tags['dc'] ?? '', right.Tags['dc'] ?? '') || byName(left, right);
}

/** Servers stand before clients. */
function sortKey(member: AgentMember): string {
  return `${member.Tags['role'] === 'consul' ? '0' : '1'} ${member.Name}`;
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function standardRows(members: readonly AgentMember[]): string[][] {
  const head = ['Node', 'Address', 'Status', 'Type', 'Build', 'Protocol', 'DC'];
  const rows = members.map((member) => {
    const { Tags } = member;
    const isServer = Tags['role'] === 'consul';
    const build = (Tags['build'] ?? '').split(':')[0] || '< 0.3';
    const segment = Tags['segment'] || (isServer ? '<all>' : '<default>');
    return [
      member.Name,
      renderAddress(member),
      statusName(member),
      isServer ? 'server' : 'client',
      build,
      Tags['vsn'] ?? '',
      Tags['dc'] ?? '',
      Tags['ap'] || 'default',
      segment,
    ];
  });
  return [[...head, 'Partition', 'Segment'], ...rows];
}

function detailedRows(members: readonly AgentMember[]): string[][] {
  const rows = members.map((member) => {
    const tags = Object.entries({ ap: 'default', ...member.Tags })
      .map(([key, value]) => `${key}=${value}`)
      .toSorted();
    return [member.Name, renderAddress(member), statusName(member), tags.join(',')];
  });
  return [['Node', 'Address', 'Status', 'Tags'], ...rows];
}

function renderAddress({ Addr, Port }: AgentMember): string {
  return Addr.includes(':') ? `[${Addr}]:${Port}` : `${Addr}:${Port}`;
}
