/** Intentions name the providers whose JWTs they ask for; such a provider must be there, and stay. */
import type { Entry } from '../../protocol/config-entries/kinds.ts';
import type { JWTRequirement } from '../../protocol/config-entries/kinds/parts.ts';
import { invalid } from '../../protocol/errors.ts';
import { renderFaults } from '../../protocol/multi-error.ts';
import type { EntryReader } from '../state/config-reader.ts';

function providersOf({ JWT, Sources = [] }: Entry<'service-intentions'>): Set<string> {
  const requirements: (JWTRequirement | undefined)[] = [
    JWT,
    ...Sources.flatMap(({ Permissions = [] }) => Permissions.map((permission) => permission.JWT)),
  ];
  return new Set(
    requirements.flatMap((requirement) =>
      (requirement?.Providers ?? []).map(({ Name }) => Name ?? ''),
    ),
  );
}

/** @throws RPCError naming those that do not exist */
export function requireProviders(
  entries: EntryReader,
  intention: Entry<'service-intentions'>,
): void {
  const missing = [...providersOf(intention)].filter(
    (name) => entries.find('jwt-provider', name) === undefined,
  );
  if (missing.length === 0) return;
  throw invalid(
    renderFaults(
      missing.map((name) => `Referenced JWT Provider does not exist. Provider Name: ${name}`),
    ),
  );
}

/** @throws RPCError when an intention still asks for the provider */
export function refuseLostProvider(entries: EntryReader, name: string): void {
  const user = entries.all('service-intentions').find((entry) => providersOf(entry).has(name));
  if (user === undefined) return;
  throw invalid(
    'cannot delete jwt provider config entry referenced by an intention. ' +
      `Provider name: ${name}, intention name: ${user.Name}`,
  );
}
