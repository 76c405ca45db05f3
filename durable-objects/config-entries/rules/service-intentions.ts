/** Rules of `service-intentions`. */
import type { Entry } from '../../../protocol/config-entries/kinds.ts';
import type { JWTRequirement } from '../../../protocol/config-entries/kinds/parts.ts';
import type { SourceIntention } from '../../../protocol/config-entries/kinds/service-intentions.ts';
import { invalid } from '../../../protocol/errors.ts';
import { type KindRules, quote, refuseFaults, requireName, validateMeta } from '../kind-rules.ts';
import { validatePermission } from './intention-permission.ts';

type ServiceIntentions = Entry<'service-intentions'>;

export const serviceIntentions: KindRules<'service-intentions'> = {
  normalize(entry) {
    for (const source of entry.Sources ?? []) forgetID(source);
    normalizeSources(entry);
  },
  validate(entry) {
    validateIntentions(entry, 'entry');
  },
};

/** Only the calls by ID write what belongs to them: any other writer of the entry takes it away. */
export function forgetID(source: SourceIntention): void {
  delete source.LegacyID;
  delete source.LegacyCreateTime;
  delete source.LegacyUpdateTime;
}

/** The normal form, whoever wrote the sources. */
export function normalizeSources(entry: ServiceIntentions): void {
  for (const source of entry.Sources ?? []) {
    source.Type ||= 'consul';
    source.Precedence = precedence(entry.Name, source.Name);
    for (const { HTTP } of source.Permissions ?? []) {
      if (HTTP?.Methods === undefined) continue;
      HTTP.Methods = HTTP.Methods.map((method) => method.toUpperCase());
    }
  }
  entry.Sources?.sort((a, b) => (b.Precedence ?? 0) - (a.Precedence ?? 0));
}

/** @param writer what writes: a whole entry, or a call that knows an intention by its ID. @throws RPCError */
export function validateIntentions(entry: ServiceIntentions, writer: 'entry' | 'by-id'): void {
  requireName(entry.Name);
  refusePartialWildcard(entry.Name, '');
  validateJWT(entry.JWT);
  validateMeta(entry.Meta);
  const sources = entry.Sources ?? [];
  if (sources.length === 0) throw invalid('At least one source is required');
  const seen = new Set<string>();
  for (const [at, source] of sources.entries()) {
    if (writer === 'entry') refuseLegacyMeta(source, `Sources[${at}]`);
    validateSource(entry, source, `Sources[${at}]`);
    refuseTwice(seen, source, at);
  }
}

function refuseLegacyMeta(source: SourceIntention, name: string): void {
  if (Object.keys(source.LegacyMeta ?? {}).length > 0) {
    throw invalid(`${name}.LegacyMeta must be omitted`);
  }
  delete source.LegacyMeta;
}

/** Of exact destinations before wildcards, and of exact sources before wildcards. */
function precedence(destination: string | undefined, source: string | undefined): number {
  const EXACT_DESTINATION = 9;
  const WILDCARD_DESTINATION = 6;
  const highest = destination === '*' ? WILDCARD_DESTINATION : EXACT_DESTINATION;
  return source === '*' ? highest - 1 : highest;
}

function refusePartialWildcard(name: string, prefix: string, field = 'Name'): void {
  if (name === '*' || !name.includes('*')) return;
  throw invalid(`${prefix}${field}: wildcard character '*' cannot be used with partial values`);
}

/** As long as a value of metadata may be. */
const MAX_DESCRIPTION_CHARS = 512;

function validateSource(entry: ServiceIntentions, source: SourceIntention, name: string): void {
  const { Permissions = [], Action = '' } = source;
  if (!source.Name) throw invalid(`${name}.Name is required`);
  if (source.SamenessGroup) {
    throw invalid(`${name}.SamenessGroup: Sameness groups are a Consul Enterprise feature. `);
  }
  refusePartialWildcard(source.Name, `${name}.`);
  if (source.Peer?.includes('*')) {
    throw invalid(`${name}.Peer: cannot use wildcard '*' in peer`);
  }
  if ((source.Description ?? '').length > MAX_DESCRIPTION_CHARS) {
    throw invalid(`${name}.Description exceeds maximum length ${MAX_DESCRIPTION_CHARS}`);
  }
  if (Permissions.length === 0 && !isAction(Action)) {
    throw invalid(`${name}.Action must be set to 'allow' or 'deny'`);
  }
  if (Permissions.length > 0 && Action !== '') {
    throw invalid(`${name}.Action must be omitted if Permissions are specified`);
  }
  if (entry.Name === '*' && Permissions.length > 0) {
    throw invalid(
      `${name}.Permissions cannot be specified on intentions with wildcarded destinations`,
    );
  }
  if (source.Type !== 'consul') throw invalid(`${name}.Type must be set to 'consul'`);
  for (const [at, permission] of Permissions.entries()) {
    const prefix = `${name}.Permissions[${at}]`;
    if (!isAction(permission.Action ?? '')) {
      throw invalid(`${prefix}.Action must be set to 'allow' or 'deny'`);
    }
    validatePermission(permission, `${prefix}.HTTP`);
    validateJWT(permission.JWT);
  }
}

function isAction(action: string): boolean {
  return action === 'allow' || action === 'deny';
}

function validateJWT(requirement: JWTRequirement | undefined): void {
  const nameless = (requirement?.Providers ?? []).filter(({ Name }) => !Name);
  refuseFaults(nameless.map(() => 'JWT provider name is required'));
}

function refuseTwice(seen: Set<string>, { Name, Peer }: SourceIntention, at: number): void {
  const key = `${Peer ?? ''}\0${Name}`;
  if (seen.has(key)) {
    const peer = Peer ? `peer(${quote(Peer)}) ` : '';
    throw invalid(`Sources[${at}] defines ${peer}${quote(Name)} more than once`);
  }
  seen.add(key);
}
