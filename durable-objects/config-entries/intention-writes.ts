/**
 * What the calls on single intentions make of the entry of their destination (Consul: agent/consul/intention_endpoint.go).
 *
 * Each function gives the entry as it is to be written, undefined where nothing is left of it. None changes what it is given.
 */
import { EntryDecodeError, decodeEntry } from '../../protocol/config-entries/decode.ts';
import type { Entry } from '../../protocol/config-entries/kinds.ts';
import type { SourceIntention } from '../../protocol/config-entries/kinds/service-intentions.ts';
import { badRequest, invalid } from '../../protocol/errors.ts';
import type { IntentionInput } from '../../protocol/types/intention.ts';
import { metaFaults, refuseFaults } from './kind-rules.ts';
import { forgetID } from './rules/service-intentions.ts';

type ServiceIntentions = Entry<'service-intentions'>;

/** The source that a request describes. @throws RPCError bad-request: the sender is not trusted to have decoded it */
export function toSource(intention: IntentionInput, name: string): SourceIntention {
  const { Action, Permissions, Description, SourceSamenessGroup } = intention;
  const Sources = [
    {
      Name: name,
      Type: intention.SourceType,
      SamenessGroup: SourceSamenessGroup,
      Action,
      Permissions,
      Description,
    },
  ];
  try {
    const entry = decodeEntry({ Kind: 'service-intentions', Sources }) as ServiceIntentions;
    return entry.Sources![0]!;
  } catch (error) {
    if (!(error instanceof EntryDecodeError)) throw error;
    throw badRequest(`Request decoding failed: ${error.message}`);
  }
}

/** A peer's intentions are written by entries only. */
const isLocal = (source: SourceIntention, name: string): boolean =>
  source.Name === name && !source.Peer;

/** Adds the source, or puts it into the place of the one with its name. */
export function withSource(
  existing: ServiceIntentions | undefined,
  destination: string,
  source: SourceIntention,
): ServiceIntentions {
  const { Sources, ...entry } = copyOf(existing, destination);
  const at = Sources.findIndex((other) => isLocal(other, source.Name ?? ''));
  const changed = at < 0 ? [...Sources, source] : Sources.with(at, source);
  for (const each of changed) forgetID(each);
  return { ...entry, Sources: changed };
}

/** The same entry, by identity, when it has no such source. */
export function withoutSource(
  existing: ServiceIntentions,
  name: string,
): ServiceIntentions | undefined {
  const { Sources, ...entry } = copyOf(existing, existing.Name ?? '');
  const left = Sources.filter((source) => !isLocal(source, name));
  if (left.length === Sources.length) return existing;
  for (const each of left) forgetID(each);
  return left.length === 0 ? undefined : { ...entry, Sources: left };
}

/** The parts of a source that only the calls by ID know. */
export interface Legacy {
  readonly id: string;
  readonly meta: Record<string, string> | undefined;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** @throws RPCError when the entry is written as a whole by now */
export function withLegacySource(
  existing: ServiceIntentions | undefined,
  destination: string,
  source: SourceIntention,
  legacy: Legacy,
): ServiceIntentions {
  if (existing !== undefined) requireLegacy(existing);
  const { Sources, ...entry } = copyOf(existing, destination);
  const written: SourceIntention = {
    ...source,
    LegacyID: legacy.id,
    LegacyCreateTime: legacy.createdAt,
    LegacyUpdateTime: legacy.updatedAt,
    ...(legacy.meta === undefined ? {} : { LegacyMeta: legacy.meta }),
  };
  const at = Sources.findIndex(({ LegacyID }) => LegacyID === legacy.id);
  return { ...entry, Sources: at < 0 ? [...Sources, written] : Sources.with(at, written) };
}

/** @throws RPCError when the entry is written as a whole by now */
export function withoutLegacySource(
  existing: ServiceIntentions,
  id: string,
): ServiceIntentions | undefined {
  requireLegacy(existing);
  const { Sources, ...entry } = copyOf(existing, existing.Name ?? '');
  const left = Sources.filter(({ LegacyID }) => LegacyID !== id);
  return left.length === 0 ? undefined : { ...entry, Sources: left };
}

function requireLegacy({ Name, Sources = [] }: ServiceIntentions): void {
  if (Sources.every(({ LegacyID }) => LegacyID)) return;
  throw invalid(
    `cannot use legacy intention API to edit intentions with a destination of ${JSON.stringify(Name)} ` +
      'after editing them via a service-intentions config entry',
  );
}

/** The longest description, as of a value of metadata. */
const MAX_DESCRIPTION_CHARS = 512;

/** What the calls by ID ask of an intention before they look at its entry. @throws RPCError with all faults */
export function validateByID(intention: IntentionInput): void {
  const { SourceName = '', DestinationName = '', Description = '', Action, Meta } = intention;
  const faults: string[] = [];
  for (const [field, name] of Object.entries({ SourceName, DestinationName })) {
    if (name === '') faults.push(`${field} must be set`);
    else if (name !== '*' && name.includes('*')) {
      faults.push(`${field}: wildcard character '*' cannot be used with partial values`);
    }
  }
  if (Description.length > MAX_DESCRIPTION_CHARS) {
    faults.push(`Description exceeds maximum length ${MAX_DESCRIPTION_CHARS}`);
  }
  faults.push(...metaFaults(Meta));
  if (Action !== 'allow' && Action !== 'deny') {
    faults.push("Action must be set to 'allow' or 'deny'");
  }
  if ((intention.Permissions ?? []).length > 0) {
    faults.push('Permissions must not be set when using the legacy APIs');
  }
  if ((intention.SourceType || 'consul') !== 'consul') {
    faults.push("SourceType must be set to 'consul'");
  }
  refuseFaults(faults);
}

function copyOf(
  existing: ServiceIntentions | undefined,
  destination: string,
): ServiceIntentions & { Sources: SourceIntention[] } {
  const entry = existing ?? { Kind: 'service-intentions' as const, Name: destination };
  return { ...entry, Sources: (entry.Sources ?? []).map((source) => ({ ...source })) };
}
