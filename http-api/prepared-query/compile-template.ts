/**
 * Query templates: a name that starts with the template's own gives a query with its strings filled in
 * (Consul: agent/consul/prepared_query/template.go).
 */
import {
  NAME_PREFIX_MATCH,
  type PreparedQuery,
  type ServiceQuery,
} from '../../protocol/types/prepared-query.ts';
import { SubmatchFinder } from '../filter/regex/find-submatch.ts';
import { RegexBudgetError, RegexSyntaxError } from '../filter/regex/regex-error.ts';
import type { Node } from './interpolation/ast.ts';
import { type Scope, evaluate } from './interpolation/evaluate.ts';
import { parse } from './interpolation/parse.ts';
import { InterpolationError } from './interpolation/tokens.ts';
import { mapStrings } from './map-strings.ts';

/** A template that cannot be compiled or rendered; the message is what the client sees. */
export class TemplateError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplateError';
  }
}

/** Gives the query for a name. @throws TemplateError */
export type RenderQuery = (name: string, segment?: string) => PreparedQuery;

/**
 * Reads every string of a template's service, and renders it once: what can never work is refused when it is made.
 *
 * @throws TemplateError
 */
export function compileTemplate(query: PreparedQuery): RenderQuery {
  const { Type, Regexp } = query.Template;
  if (Type !== NAME_PREFIX_MATCH) throw new TemplateError(`Bad Template.Type '${Type}'`);
  const trees = new Map<string, Node>();
  mapStrings(query.Service, (text, path) => {
    const format = `Bad format '${text}' in Service${path}`;
    trees.set(
      path,
      explained(format, () => parse(text)),
    );
    return text;
  });
  const regexp = Regexp === '' ? null : explained('Bad Regexp', () => new SubmatchFinder(Regexp));
  const render: RenderQuery = (name, segment = '') => {
    const found = regexp === null ? null : explained('Bad Regexp', () => regexp.find(name));
    const scope = scopeOf(query, name, segment, found ?? []);
    const Service = mapStrings(query.Service, (text, path) =>
      explained(`Bad evaluation for '${text}' in Service${path}`, () =>
        evaluate(trees.get(path)!, scope),
      ),
    );
    return { ...query, Service: withoutEmptyTags(Service, query.Template.RemoveEmptyTags) };
  };
  render(query.Name);
  return render;
}

function scopeOf(
  query: PreparedQuery,
  name: string,
  segment: string,
  matches: readonly string[],
): Scope {
  // Names compare without regard to case, prefixes are cut off with it, as in Consul.
  const suffix = name.startsWith(query.Name) ? name.slice(query.Name.length) : name;
  return {
    variables: {
      'name.full': name,
      'name.prefix': query.Name,
      'name.suffix': suffix,
      'agent.segment': segment,
    },
    functions: { match: (group) => matches[Number(group)] ?? '' },
  };
}

function withoutEmptyTags(service: ServiceQuery, remove: boolean): ServiceQuery {
  if (!remove) return service;
  return { ...service, Tags: (service.Tags ?? []).filter((tag) => tag !== '') };
}

/** Names what was being done when it failed. A defect of ours goes through as it is. */
function explained<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const isExpected =
      error instanceof InterpolationError ||
      error instanceof RegexSyntaxError ||
      error instanceof RegexBudgetError;
    throw isExpected ? new TemplateError(`${what}: ${error.message}`) : error;
  }
}
