/** What the routes of /v1/acl/ share. */
import type { ReadMethod, MethodArgs } from '../../protocol/methods.ts';
import { type Struct, decodeBody } from '../decode.ts';
import { HTTPError } from '../http-error.ts';
import { withQueryHeaders } from '../query-errors.ts';
import { parseQueryOptions } from '../query-options.ts';
import { readAnswer } from '../read.ts';
import { answerHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Handler, Route } from '../route.ts';
import { refuseTenancy } from '../tenancy.ts';
import type { Answer } from '../server-rpc.ts';

/** Where there is no ACL system, that is all that these say, whatever else is wrong with a request. */
export function whereEnabled(routes: readonly Route[]): Route[] {
  return routes.map(({ path, methods }) => ({
    path,
    methods: Object.fromEntries(
      Object.entries(methods).map(([method, handler]) => [method, guarded(handler)]),
    ),
  }));
}

function guarded(handler: Handler): Handler {
  return (request, context) => {
    if (context.acl?.enabled !== true) throw new HTTPError(401, 'ACL support disabled');
    refuseTenancy(request);
    return handler(request, context);
  };
}

export async function decode<T extends object>(
  request: APIRequest,
  struct: Struct,
  what: string,
): Promise<T> {
  const prefix = `${what} decoding failed: `;
  return decodeBody<T | undefined>(await request.body(), struct, { prefix }) ?? ({} as T);
}

/** A read whose failures carry the headers of a query, as Consul's do. */
export async function answerOf<M extends ReadMethod>(
  request: APIRequest,
  context: APIContext,
  method: M,
  args: MethodArgs<M>,
): Promise<Answer> {
  const options = parseQueryOptions(request, context);
  try {
    return await readAnswer(request, context, method, args, options);
  } catch (error) {
    throw withQueryHeaders(error);
  }
}

export async function readList<M extends ReadMethod>(
  request: APIRequest,
  context: APIContext,
  method: M,
  args: MethodArgs<M>,
): Promise<APIResponse> {
  const answer = await answerOf(request, context, method, args);
  return renderJSON(request, answer.body, answerHeaders(answer));
}

/** One thing, or 404 with Consul's sentence. */
export async function readOne<M extends ReadMethod>(
  request: APIRequest,
  context: APIContext,
  method: M,
  args: MethodArgs<M>,
  what: string,
): Promise<APIResponse> {
  const answer = await answerOf(request, context, method, args);
  if (answer.body !== '') return renderJSON(request, answer.body, answerHeaders(answer));
  const sentence = `Requested ${what} does not exist: ACL not found`;
  throw new HTTPError(404, sentence, answerHeaders(answer));
}

/**
 * What follows the path. Consul's own client escapes it twice, and so a name may come with `%2F` for a slash.
 *
 * @throws HTTPError 400
 */
export function requireRest({ rest }: APIRequest, what: string): string {
  if (rest === '') throw new HTTPError(400, `Missing ${what}`);
  try {
    return decodeURIComponent(rest);
  } catch {
    return rest;
  }
}

/** A parameter that counts when it is there and not empty. */
export function parameter(request: APIRequest, name: string): string | undefined {
  return request.query.get(name) || undefined;
}
