/** From who somebody is to what he may do: binding rules (Consul: agent/consul/auth/binder.go). */
import { compileFilter } from '../../http-api/filter/compile-filter.ts';
import {
  type FieldSet,
  STRING,
  STRING_LIST,
  mapOf,
  struct,
} from '../../http-api/filter/field-set.ts';
import { FilterError } from '../../http-api/filter/filter-error.ts';
import { evaluate } from '../../http-api/prepared-query/interpolation/evaluate.ts';
import { parse } from '../../http-api/prepared-query/interpolation/parse.ts';
import { InterpolationError } from '../../http-api/prepared-query/interpolation/tokens.ts';

/** Who a login proved to be, in the words of its auth method. */
export interface VerifiedIdentity {
  /** What `${...}` of a bind name stands for. */
  readonly variables: Readonly<Record<string, string>>;
  /** What a selector selects in. */
  readonly selectable: Readonly<Record<string, unknown>>;
}

export class BindingError extends Error {
  override readonly name = 'BindingError';
}

const SERVICE_ACCOUNT = { namespace: STRING, name: STRING, uid: STRING };

const FIELDS: Readonly<Record<string, FieldSet>> = {
  jwt: { value: mapOf(STRING), list: mapOf(STRING_LIST) },
  kubernetes: { serviceaccount: struct(SERVICE_ACCOUNT) },
};

/** @throws BindingError for a selector that does not compile */
export function compileSelector(
  selector: string,
  type: string,
): (identity: VerifiedIdentity) => boolean {
  const matches = explained(() => compileFilter(selector, FIELDS[type] ?? {}));
  return ({ selectable }) => explained(() => matches(selectable as never));
}

/** The names that an auth method has values for. */
export function variablesOf(type: string, config: Record<string, unknown>): string[] {
  if (type === 'kubernetes') {
    return Object.keys(SERVICE_ACCOUNT).map((name) => `serviceaccount.${name}`);
  }
  const mapped = Object.values((config.ClaimMappings ?? {}) as Record<string, string>);
  return mapped.map((name) => `value.${name}`);
}

/**
 * A bind name filled in. Values are lower-cased: names of services and nodes are, and roles go by names without case.
 *
 * @throws BindingError
 */
export function fillBindName(text: string, variables: VerifiedIdentity['variables']): string {
  const lowered = Object.entries(variables).map(([name, value]) => [name, value.toLowerCase()]);
  const scope = { variables: Object.fromEntries(lowered) as Record<string, string>, functions: {} };
  return explained(() => evaluate(parse(text), scope));
}

function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FilterError) throw new BindingError(error.reason);
    if (error instanceof InterpolationError) throw new BindingError(error.message);
    throw error;
  }
}
