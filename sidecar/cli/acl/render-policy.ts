/** Policies for people. */
import { metaFields, renderFields } from './format.ts';
import type { Policy } from './types.ts';

const WIDTH = 14;

export function renderPolicy(policy: Policy, showMeta: boolean): string {
  const lines = renderFields(
    [['ID', policy.ID], ['Name', policy.Name], ...details(policy, showMeta)],
    WIDTH,
  );
  return [...lines, 'Rules:', policy.Rules ?? ''].join('\n');
}

export function renderPolicies(policies: readonly Policy[], showMeta: boolean): string {
  return policies
    .flatMap((policy) => [
      `${policy.Name}:`,
      ...renderFields([['ID', policy.ID], ...details(policy, showMeta)], WIDTH, '   '),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function details(policy: Policy, showMeta: boolean): [string, string][] {
  return [
    ['Description', policy.Description],
    ['Datacenters', (policy.Datacenters ?? []).join(', ')],
    ...(showMeta ? metaFields(policy) : []),
  ];
}
