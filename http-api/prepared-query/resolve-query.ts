/**
 * Which query a name or an ID means (Consul: agent/consul/state/prepared_query.go, PreparedQueryResolve).
 *
 * An ID goes before a name, an exact name before a template, a longer prefix before a shorter one. Neither IDs nor
 * names have a case.
 */
import type { PreparedQuery } from '../../protocol/types/prepared-query.ts';
import { compileTemplate } from './compile-template.ts';

/** Where queries are looked up: a table in the datacenter, a list on an agent. */
export interface QuerySource {
  /** @param id in lower case */
  byID(id: string): PreparedQuery | undefined;
  /** @param name in lower case */
  byName(name: string): PreparedQuery | undefined;
  /** The template with the longest name that `name` starts with. @param name in lower case */
  byPrefix(name: string): PreparedQuery | undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUUID(text: string): boolean {
  return UUID.test(text.toLowerCase());
}

/** A template was asked for by its ID, so there is no name to fill it in with. */
export class TemplateByIDError extends Error {
  constructor() {
    super('prepared query templates can only be resolved up by name, not by ID');
    this.name = 'TemplateByIDError';
  }
}

/**
 * The query with its template filled in.
 *
 * @throws TemplateByIDError, TemplateError
 */
export function resolveQuery(source: QuerySource, nameOrID: string): PreparedQuery | undefined {
  const key = nameOrID.toLowerCase();
  // Templates may have an empty name, but nobody can ask for it.
  if (key === '') return undefined;
  const byID = UUID.test(key) ? source.byID(key) : undefined;
  if (byID !== undefined) {
    if (isTemplate(byID)) throw new TemplateByIDError();
    return byID;
  }
  const query = source.byName(key) ?? source.byPrefix(key);
  if (query === undefined || !isTemplate(query)) return query;
  return compileTemplate(query)(nameOrID);
}

export function isTemplate({ Template }: Pick<PreparedQuery, 'Template'>): boolean {
  return Template.Type !== '';
}
