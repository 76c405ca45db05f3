/** Roles for people. */
import { metaFields, renderFields } from './format.ts';
import { renderGrants } from './render-grants.ts';
import type { Role } from './types.ts';

const WIDTH = 14;

export function renderRole(role: Role, showMeta: boolean): string {
  const names: [string, string][] = [
    ['ID', role.ID],
    ['Name', role.Name],
  ];
  return lines([
    ...renderFields([...names, ...details(role, showMeta)], WIDTH),
    ...renderGrants(role),
  ]);
}

export function renderRoles(roles: readonly Role[], showMeta: boolean): string {
  return lines(
    roles.flatMap((role) => [
      `${role.Name}:`,
      ...renderFields([['ID', role.ID], ...details(role, showMeta)], WIDTH, '   '),
      ...renderGrants(role).map((line) => `   ${line}`),
    ]),
  );
}

function details(role: Role, showMeta: boolean): [string, string][] {
  return [['Description', role.Description], ...(showMeta ? metaFields(role) : [])];
}

const lines = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
