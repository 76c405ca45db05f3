/**
 * Who tells the datacenter what is known of a member. Every agent knows it, and a thousand need not all say it: for each member
 * three agents are chosen, the same by everybody's reckoning (rendezvous hashing), so that it is said even if two of them die
 * as well.
 */
import { createHash } from 'node:crypto';
import type { Member } from '../../gossip/serf/member.ts';
import { LICTOR_TAG } from '../cluster/member-tags.ts';

const REPORTERS = 3;

export function isReporterOf(reporter: string, node: string, members: readonly Member[]): boolean {
  return ranking(node, members).slice(0, REPORTERS).includes(reporter);
}

/** Whether a task that one agent does for all, which has a name of its own, falls to this one. */
export function isFirstOf(agent: string, task: string, members: readonly Member[]): boolean {
  return ranking(task, members)[0] === agent;
}

/** Names of the living agents but the member itself, the first to speak first. */
function ranking(node: string, members: readonly Member[]): string[] {
  return members
    .filter(({ status, tags, name }) => status === 'alive' && tags[LICTOR_TAG] && name !== node)
    .map(({ name }) => ({ name, weight: weightOf(name, node) }))
    .toSorted((a, b) => (a.weight < b.weight ? 1 : -1))
    .map(({ name }) => name);
}

const weightOf = (reporter: string, node: string): string =>
  createHash('sha256').update(`${reporter}\n${node}`).digest('hex');
