/**
 * What the reads of catalog and health share: query parameters, filters, the headers of their
 * errors.
 */
import type {
  MergeArgs,
  MethodArgs,
  MethodReply,
  NodeFilterArgs,
  ReadMethod,
} from '../../protocol/methods.ts';
import { compileFilter } from '../filter/compile-filter.ts';
import type { FieldSet } from '../filter/field-set.ts';
import { HTTPError } from '../http-error.ts';
import { withQueryHeaders } from '../query-errors.ts';
import type { Query } from '../query.ts';
import { parseQueryOptions } from '../query-options.ts';
import { readJSON } from '../read.ts';
import type { APIContext, APIRequest, APIResponse } from '../route.ts';

/**
 * Says whether a row stays; undefined when the request has no filter, so that the answer goes out
 * untouched.
 */
export type RowFilter = ((row: unknown) => boolean) | undefined;

/** @throws FilterError, which clients see as a 500 with its message */
export function parseFilter({ query }: APIRequest, fields: FieldSet): RowFilter {
  const expression = query.get('filter');
  return expression === '' ? undefined : compileFilter(expression, fields);
}

/**
 * `node-meta` may be repeated; its value is `key:value`, and without a colon the value is empty.
 */
export function parseNodeFilter({ query }: APIRequest, { nodeName }: APIContext): NodeFilterArgs {
  const args: NodeFilterArgs = {};
  if (query.has('node-meta')) {
    args.nodeMeta = Object.fromEntries(query.all('node-meta').map(splitPair));
  }
  // The Worker has no node of its own: `_agent` there asks for no order.
  const near = query.get('near') === '_agent' ? nodeName : query.get('near');
  if (near !== '') args.near = near;
  return args;
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf(':');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** Tags of which an instance must have all; an empty one counts, as in Consul. */
export function parseTags(query: Query): { tags?: string[] } {
  return query.has('tag') ? { tags: query.all('tag') } : {};
}

/** The bare parameter is enough, and any value means the same. */
export function parseMerge(query: Query): MergeArgs {
  return query.has('merge-central-config') ? { mergeCentralConfig: true } : {};
}

/** @throws HTTPError 400 */
export function requireName(request: APIRequest, context: APIContext, what: string): string {
  if (request.rest === '') {
    // Faults of the parameters come first.
    parseQueryOptions(request, context);
    throw new HTTPError(400, `Missing ${what}`);
  }
  return request.rest;
}

export interface CatalogRead<M extends ReadMethod> {
  readonly method: M;
  readonly args: MethodArgs<M>;
  /** What stands for "there is no such thing"; `[]` unless given. */
  readonly absent?: string;
  /**
   * Changes the parsed answer; the text goes out untouched without it. Made late, so that its
   * errors come last.
   */
  readonly transform?: () => ((value: MethodReply<M>) => unknown) | undefined;
  /** True for the endpoints whose errors carry no index (those that Consul serves by streaming). */
  readonly plainErrors?: boolean;
}

/** A whole read of catalog or health. */
export async function readCatalog<M extends ReadMethod>(
  request: APIRequest,
  context: APIContext,
  read: CatalogRead<M>,
): Promise<APIResponse> {
  // Faults in these parameters come before any other, and without the headers of a query.
  parseQueryOptions(request, context);
  try {
    const render = {
      namesConsistency: true,
      ...(read.absent === undefined ? {} : { absent: read.absent }),
    };
    return await readJSON(request, context, read.method, read.args, render, read.transform?.());
  } catch (error) {
    throw read.plainErrors ? error : withQueryHeaders(error);
  }
}

/** A list whose rows a filter may drop. */
export function filterRows<Row>(
  request: APIRequest,
  fields: FieldSet,
): ((rows: Row[]) => Row[]) | undefined {
  const matches = parseFilter(request, fields);
  return matches === undefined ? undefined : (rows) => rows.filter((row) => matches(row));
}
