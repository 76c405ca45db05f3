import type { Cluster, SimulatedMember } from './cluster.ts';

/** Serf's reconnect_interval. */
export const RECONNECT_INTERVAL_MS = 30_000;

/**
 * What Serf does on top of memberlist, and without which a partition that lasted would never heal: now and then a member tries
 * to join one of those that it takes for failed, the more of them there are, the more likely.
 */
export function reconnectFailed(cluster: Cluster): void {
  const { clock, random } = cluster;
  const gone = new Map<string, Set<string>>();
  const tick = (member: SimulatedMember): void => {
    if (!member.isRunning) return;
    clock.after(RECONNECT_INTERVAL_MS, () => tick(member));
    const failed = [...(gone.get(member.name) ?? [])];
    const chosen = failed[random.below(failed.length)];
    const chance = failed.length / Math.max(1, member.memberlist.numMembers());
    if (chosen === undefined || random.unit() > chance) return;
    const other = cluster.members.find(({ name }) => name === chosen);
    if (other !== undefined) cluster.join(member, other);
  };
  cluster.onSighting = ({ observer, subject, what }) => {
    const failed = gone.get(observer) ?? new Set();
    if (what === 'dead') failed.add(subject);
    else failed.delete(subject);
    gone.set(observer, failed);
  };
  cluster.onStart = (member) => {
    gone.delete(member.name);
    clock.after(random.unit() * RECONNECT_INTERVAL_MS, () => tick(member));
  };
  for (const member of cluster.members) cluster.onStart(member);
}
