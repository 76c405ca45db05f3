/** Differences that are meant where ACLs are on, beside those of `exceptions.ts`. */
import type { Difference } from './compare.ts';
import { type Exception, matches } from './exceptions.ts';
import type { Step } from './step.ts';

const EXCEPTIONS: readonly Exception[] = [
  {
    path: /[?&]filter=/,
    where: /^(status|text|header)/,
    consul:
      /^(403|200|Permission denied|ACL not found|\[\]|false|absent|text\/plain|application\/json)/,
    reason:
      'A filter that cannot be read is refused before the token is looked at: it tells nothing.',
  },
  {
    path: /./,
    where: /^(status|text|header content-type)/,
    consul: /^([45]\d\d|[A-Z].*|failed.*)$/s,
    lictor: /^(403|ACL not found|text\/plain)/,
    reason: 'A token that nobody has is refused before anything else is looked at.',
  },
  {
    path: /^\/v1\/connect\/intentions\/[^/]+$/,
    where: /^(status|text)$/,
    consul: /^(403|Permission denied)/,
    lictor: /^(500|Cannot modify Destination)/,
    reason:
      'Whose intention it is cannot be told before it is found, nor that it stays what it is.',
  },
  {
    path: /^\/v1\/config/,
    where: /^text$/,
    consul: /access log json/,
    lictor: /access log json/,
    reason: "The words of the parser of JSON are each program's own.",
  },
  {
    path: /^\/v1\/txn/,
    where: /^body \$\.Errors|^status/,
    lictor: /"consul"|absent|OpIndex|^\d$|Permission denied/,
    reason: "Consul lets everybody write the servers' own service in a transaction.",
  },
  {
    path: /^\/v1\/catalog\/register/,
    where: /^(status|text|header content-type)/,
    consul: /^(403|Permission denied.*'node:write'|text\/plain)/,
    lictor: /^(200|true|application\/json)/,
    reason:
      'Of metadata and addresses none and an empty list are the same here: nothing is changed.',
  },
  {
    path: /^\/v1\/(catalog\/connect|operator\/usage)/,
    where: /knownleader/,
    reason: 'Consul forgets the leader in a refusal.',
  },
  {
    path: /^\/v1\/coordinate\/nodes/,
    where: /filtered-by-acls/,
    reason: "An agent's own coordinate is known sooner here, so there is something to leave out.",
  },
  {
    path: /connect\/ca\/roots/,
    where: /./,
    lictor: /^(403|ACL not found|text\/plain|false|absent)/,
    reason: 'A token that nobody has is refused everywhere, also what is public.',
  },
];

export function isACLException(step: Step, difference: Difference): boolean {
  return EXCEPTIONS.some((exception) => matches(exception, step, difference));
}
