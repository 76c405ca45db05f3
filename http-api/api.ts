/**
 * Mounts the route table on Hono: methods, errors, paths as Consul cleans them, compression.
 *
 * The same function serves the Worker (over a Durable Object stub) and the sidecar (over its link).
 */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { gzipIfAsked } from './compress.ts';
import { HTTPError, TEXT, renderError } from './http-error.ts';
import { HonoRequest } from './hono-request.ts';
import { JSON_TYPE } from './render.ts';
import type { APIContext, APIResponse, Handler, Method, Route } from './route.ts';

export interface APIOptions {
  readonly context: APIContext;
  /** Headers that stand on every answer (Consul's http_config.response_headers). */
  readonly responseHeaders?: () => Readonly<Record<string, string>>;
  /** Path prefixes that are answered 403 (http_config.block_endpoints). */
  readonly blockedPrefixes?: () => readonly string[];
  /** Consul's http_config.allow_write_http_from: false for a client that may only read. */
  readonly mayWrite?: (remoteAddress: string) => boolean;
  /** Address of the client's socket, from what the runtime passes beside the request. */
  readonly remoteAddress?: (env: unknown) => string;
  /** Told of every answer, for metrics and logs. */
  readonly observe?: (method: string, path: string, status: number) => void;
}

const NOT_AN_ENDPOINT = 'Invalid URL path: not a recognized HTTP API endpoint\n';
const NOT_THE_API =
  "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'\n";

export function createAPI(routes: readonly Route[], options: APIOptions): Hono {
  const app = new Hono();
  app.use(guardPaths(options));
  for (const route of routes) {
    const handler = serveRoute(route, options);
    app.all(route.path.endsWith('/') ? `${route.path}*` : route.path, handler);
  }
  app.all('/v1/*', (c) => respond(c, textResponse(404, NOT_AN_ENDPOINT)));
  app.notFound((c) => respond(c, textResponse(404, NOT_THE_API)));
  return app;
}

/** What Consul's server does before any endpoint sees the request. */
function guardPaths(options: APIOptions): MiddlewareHandler {
  return async (c, next) => {
    const path = c.req.path;
    if (needsCleaning(path)) {
      const search = new URL(c.req.url).search;
      return new Response(null, { status: 307, headers: { location: cleanPath(path) + search } });
    }
    if (hasUnprintable(path)) return new Response(null, { status: 400 });
    if (options.blockedPrefixes?.().some((prefix) => path.startsWith(prefix))) {
      c.res = respond(c, textResponse(403, 'Endpoint is blocked by agent configuration'));
    } else {
      await next();
    }
    const headers = options.responseHeaders?.();
    if (headers !== undefined) for (const name in headers) c.res.headers.set(name, headers[name]!);
    options.observe?.(c.req.method, path, c.res.status);
    return undefined;
  };
}

function serveRoute(route: Route, options: APIOptions): (c: Context) => Promise<Response> {
  const allow = ['OPTIONS', ...METHOD_ORDER.filter((method) => method in route.methods)].join(',');
  return async (c) => {
    const request = new HonoRequest(c, route.path, options.remoteAddress);
    let response: APIResponse;
    try {
      response = await answer(route, allow, request, options);
    } catch (error) {
      response = renderError(error);
    }
    response.headers['X-Consul-Default-Acl-Policy'] = 'allow';
    return gzipIfAsked(request, response, (final) => respond(c, final));
  };
}

const METHOD_ORDER: readonly Method[] = ['GET', 'PUT', 'POST', 'DELETE'];

function answer(
  route: Route,
  allow: string,
  request: HonoRequest,
  options: APIOptions,
): Promise<APIResponse> | APIResponse {
  const { method } = request;
  if (method === 'OPTIONS') {
    return { status: 200, headers: { allow, 'content-type': JSON_TYPE }, body: null };
  }
  const handler: Handler | undefined = route.methods[method as Method];
  if (handler === undefined) throw new HTTPError(405, `method ${method} not allowed`, { allow });
  if (method !== 'GET' && options.mayWrite?.(request.remoteAddress) === false) {
    throw new HTTPError(403, 'Access is restricted');
  }
  return handler(request, options.context);
}

function textResponse(status: number, text: string): APIResponse {
  return { status, headers: { 'content-type': TEXT }, body: text };
}

function respond(c: Context, response: APIResponse): Response {
  const body = c.req.method === 'HEAD' ? null : response.body;
  // Hono's overloads leave no room for a status that is known at run time only.
  const send = c.body as (body: unknown, status: number, headers: Record<string, string>) => Response;
  return send(body, response.status, response.headers);
}

/** Go's ServeMux redirects paths with empty or dotted segments to the clean one. */
function needsCleaning(path: string): boolean {
  return path.includes('//') || (path.includes('/.') && /\/\.\.?(\/|$)/.test(path));
}

function cleanPath(path: string): string {
  const out: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') out.pop();
    else if (segment !== '' && segment !== '.') out.push(segment);
  }
  return `/${out.join('/')}${path.endsWith('/') && out.length > 0 ? '/' : ''}`;
}

/** Control characters, as Go's unicode.IsPrint sees them in the decoded path. */
function hasUnprintable(path: string): boolean {
  return path.includes('%') && /%(0[0-9a-f]|1[0-9a-f]|7f|c2%[89][0-9a-f])/i.test(path);
}
