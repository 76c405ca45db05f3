/** Auth methods for people. */
import { renderJSON } from '../../client/json.ts';
import { metaFields, renderFields } from './format.ts';
import type { AuthMethod } from './types.ts';

export function renderAuthMethod(method: AuthMethod, showMeta: boolean): string {
  const fields: [string, string][] = [
    ['Name', method.Name],
    ['Type', method.Type],
    ...optional('DisplayName', method.DisplayName),
    ['Description', method.Description ?? ''],
    ...optional('MaxTokenTTL', method.MaxTokenTTL),
    ...optional('TokenLocality', method.TokenLocality),
    ...(showMeta ? metaFields(method) : []),
  ];
  const config = renderJSON(sorted(method.Config ?? null), '  ');
  return [...renderFields(fields, 15), 'Config:', config].join('\n');
}

export function renderAuthMethods(methods: readonly AuthMethod[], showMeta: boolean): string {
  return methods
    .flatMap((method) => [
      `${method.Name}:`,
      ...renderFields(
        [
          ['Type', method.Type],
          ...optional('DisplayName', method.DisplayName),
          ['Description', method.Description ?? ''],
          ...(showMeta ? metaFields(method) : []),
        ],
        14,
        '   ',
      ),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function optional(name: string, value: string | undefined): [string, string][] {
  return value ? [[name, value]] : [];
}

/** With the keys of every object in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
