/** Differences that are meant, each with its reason. */
import type { Difference } from './compare.ts';
import type { Step } from './step.ts';

interface Exception {
  readonly path: RegExp;
  readonly where: RegExp;
  readonly consul?: RegExp;
  readonly lictor?: RegExp;
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    path: /^\/v1\/txn/,
    where: /^status|^body \$\.(Results|Errors)$/,
    lictor: /Missing node registration|409|null/,
    consul: /^200$|^\[\]$|^null$/,
    reason:
      'Consul loses the error of a check-and-set of a check whose node is unknown, and answers with no result.',
  },
  {
    path: /^\/v1\/catalog|^\/v1\/health/,
    where: /Node\.Locality|^body \$\[\d+\]\.Locality/,
    reason: 'Consul does not see that only the locality of a node has changed; ours does.',
  },
  {
    path: /^\/v1\/txn/,
    where: /What$/,
    consul: /current modify index/,
    reason: 'Indexes are numbers of their own.',
  },
  {
    path: /./,
    where: /^text$/,
    consul:
      /json: cannot unmarshal|invalid character|unexpected EOF|json: unknown field|illegal base64|time: invalid duration/,
    lictor: /json: cannot unmarshal|JSON|unexpected EOF|json: unknown field|illegal base64/,
    reason:
      "Bodies that cannot be decoded are refused alike; the words name types and bytes of Go's decoder.",
  },
  {
    path: /^\/v1\/agent\/members/,
    where: /Tags\.lictor/,
    reason: 'Our agents tell one another in tags of their own where the control plane is.',
  },
  {
    path: /^\/v1\/agent\/services/,
    where: /x-consul-contenthash/,
    reason: 'Ours can be waited on by hash; Consul has that for a single service only.',
  },
  {
    path: /^\/v1\/operator\/autopilot\/configuration/,
    where: /./,
    lictor: /^501|text\/plain|no servers for Autopilot/,
    reason: 'There are no servers for Autopilot to tend.',
  },
  {
    path: /^\/v1\/catalog\/datacenters/,
    where: /x-cache|age$/,
    reason: 'Consul keeps the list in a cache for a while; ours is made anew each time.',
  },
];

export function isException(step: Step, difference: Difference): boolean {
  return EXCEPTIONS.some(
    ({ path, where, consul, lictor }) =>
      path.test(step.path) &&
      where.test(difference.where) &&
      (consul?.test(difference.consul) ?? true) &&
      (lictor?.test(difference.lictor) ?? true),
  );
}
