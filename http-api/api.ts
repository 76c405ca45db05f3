/**
 * The HTTP API without a transport: paths as Consul cleans them, methods, endpoints, errors, compression.
 *
 * The Worker and the sidecar each feed it in the cheapest way they know (`fetch-adapter.ts`, sidecar/http/).
 */
import { gzipIfAsked } from './compress.ts';
import { headerText } from './header-text.ts';
import { HTTPError, TEXT, isDefect, renderError } from './http-error.ts';
import { cleanPath, hasUnprintable, isMalformed, needsCleaning } from './paths.ts';
import { parseQueryOptions } from './query-options.ts';
import { Query } from './query.ts';
import { allowed } from './render.ts';
import type { APIContext, APIRequest, APIResponse, Handler, Method, Route } from './route.ts';
import { type FoundRoute, Router } from './router.ts';
import { readsOptionsFirst, tenancyFault } from './tenancy.ts';

export interface APIOptions {
  readonly context: APIContext;
  /** Headers that stand on every answer (Consul's http_config.response_headers). */
  readonly responseHeaders?: () => Readonly<Record<string, string>>;
  /** Path prefixes that are answered 403 (http_config.block_endpoints). */
  readonly blockedPrefixes?: () => readonly string[];
  /** Consul's http_config.allow_write_http_from: false for a client that may only read. */
  readonly mayWrite?: (remoteAddress: string) => boolean;
  /** Consul's disable_http_unprintable_char_filter: paths may hold control characters. */
  readonly takesUnprintable?: boolean;
  /** Told of every answer, for metrics and logs. */
  readonly observe?: (observed: ObservedAnswer) => void;
  /** Told of what was thrown and is no answer: a defect of ours, which the client sees as a 500. */
  readonly reportDefect?: (defect: unknown, method: string, path: string) => void;
}

export interface ObservedAnswer {
  readonly method: string;
  readonly path: string;
  /** The path of the route that answered, '' for none: it names no keys and no services. */
  readonly route: string;
  readonly status: number;
  /** From the request's arrival; of a stream until its first byte. */
  readonly ms: number;
}

/** A request as a transport has it. */
export interface IncomingRequest {
  readonly method: string;
  /** As it came, with its escapes. */
  readonly path: string;
  /** Without the question mark. */
  readonly search: string;
  readonly remoteAddress: string;
  header(name: string): string | undefined;
  body(maxBytes?: number, limitName?: string): Promise<Uint8Array>;
  stream(): ReadableStream<Uint8Array>;
  /** Made when it is asked for: only parked queries need one. */
  readonly signal: AbortSignal | undefined;
}

const NOT_AN_ENDPOINT = 'Invalid URL path: not a recognized HTTP API endpoint\n';
const LANDING = 'Lictor: there is no web interface here. The HTTP API is below /v1/.\n';
const NOT_THE_API =
  "Invalid URL path: if attempting to use the HTTP API, ensure the path starts with '/v1/'\n";

export class API {
  readonly #router: Router;
  readonly #options: APIOptions;

  constructor(routes: readonly Route[], options: APIOptions) {
    this.#router = new Router(routes);
    this.#options = options;
  }

  /** Never rejects: whatever fails is an answer. */
  async handle(incoming: IncomingRequest): Promise<APIResponse> {
    const started = performance.now();
    const found = this.#router.find(incoming.path);
    let response = await this.#answer(incoming, found);
    if (response.body !== null) {
      const zipped = gzipIfAsked(incoming, response);
      response = zipped instanceof Promise ? await zipped : zipped;
    }
    this.#addHeaders(found !== undefined, response.headers);
    // Names of services and checks stand in some of them.
    for (const name in response.headers)
      response.headers[name] = headerText(response.headers[name]!);
    this.#options.observe?.({
      method: incoming.method,
      path: incoming.path,
      route: found?.route.path ?? '',
      status: response.status,
      ms: performance.now() - started,
    });
    return incoming.method === 'HEAD' ? { ...response, body: null } : response;
  }

  /** What an endpoint says of its answer stands, whatever is configured; an answer of no endpoint says nothing. */
  #addHeaders(isEndpoint: boolean, headers: Record<string, string>): void {
    const extra = Object.entries(this.#options.responseHeaders?.() ?? {});
    if (extra.length === 0) return;
    // The mux redirects before anything of the agent's is reached.
    if (!isEndpoint && headers['Location'] !== undefined) return;
    const own = new Map(Object.keys(headers).map((name) => [name.toLowerCase(), name]));
    for (const [name, value] of extra) {
      const same = own.get(name.toLowerCase());
      if (same === undefined) headers[name] = value;
      else if (!isEndpoint) headers[same] = value;
    }
  }

  #answer(
    incoming: IncomingRequest,
    found: FoundRoute | undefined,
  ): Promise<APIResponse> | APIResponse {
    const { path, search } = incoming;
    if (needsCleaning(path)) {
      return redirect(incoming.method, withSearch(this.#withTail(cleanPath(path)), search));
    }
    if (isMalformed(path)) return textResponse(400, '400 Bad Request');
    if (this.#options.takesUnprintable !== true && hasUnprintable(path))
      return { status: 400, headers: {}, body: null };
    const tail = this.#withTail(path);
    if (tail !== path) return redirect(incoming.method, withSearch(tail, search));
    if (found !== undefined) return this.#serve(found, incoming);
    if (path === '/') return textResponse(200, LANDING);
    return textResponse(404, /^\/v1(\/|%2[Ff])/.test(path) ? NOT_AN_ENDPOINT : NOT_THE_API);
  }

  /** Go's mux knows what stands below, and sends there whoever forgot the slash. */
  #withTail(path: string): string {
    return this.#router.lacksSlash(path) ? `${path}/` : path;
  }

  async #serve(found: FoundRoute, incoming: IncomingRequest): Promise<APIResponse> {
    let response: APIResponse;
    try {
      this.#refuseBlocked(incoming.path);
      response = await this.#call(
        found,
        new RouteRequest(incoming, found.route.path, this.#options.context.indents),
      );
    } catch (error) {
      if (isDefect(error)) this.#options.reportDefect?.(error, incoming.method, found.route.path);
      response = renderError(error);
    }
    response.headers['X-Consul-Default-Acl-Policy'] =
      this.#options.context.acl?.defaultPolicy ?? 'allow';
    response.headers['Vary'] = 'Accept-Encoding';
    return response;
  }

  #refuseBlocked(path: string): void {
    if (this.#options.blockedPrefixes?.().some((prefix) => path.startsWith(prefix))) {
      throw new HTTPError(403, 'Endpoint is blocked by agent configuration');
    }
  }

  #call(
    { route, allow, tenancy }: FoundRoute,
    request: APIRequest,
  ): Promise<APIResponse> | APIResponse {
    const { method } = request;
    if (method === 'OPTIONS' && route.any === undefined) return allowed(allow);
    const handler: Handler | undefined = route.any ?? route.methods[method as Method];
    if (handler === undefined)
      throw new HTTPError(405, `method ${method} not allowed`, { Allow: allow });
    if (
      method !== 'GET' &&
      method !== 'OPTIONS' &&
      this.#options.mayWrite?.(request.remoteAddress) === false
    ) {
      throw new HTTPError(403, 'Access is restricted');
    }
    const fault = tenancyFault(request, tenancy);
    if (fault !== undefined) {
      if (readsOptionsFirst(route.path, method)) parseQueryOptions(request, this.#options.context);
      throw fault;
    }
    return handler(request, this.#options.context);
  }
}

const DISCOVERY = /^\/v1\/(catalog|health)\//;

/** The request as an endpoint sees it. */
class RouteRequest implements APIRequest {
  readonly method: string;
  readonly rest: string;
  readonly isIndented: boolean;
  readonly isDiscovery: boolean;
  readonly #incoming: IncomingRequest;
  #query: Query | undefined;

  constructor(incoming: IncomingRequest, routePath: string, isIndented = false) {
    this.#incoming = incoming;
    this.isIndented = isIndented;
    this.isDiscovery = DISCOVERY.test(routePath);
    this.method = incoming.method;
    const raw = incoming.path.slice(routePath.length);
    this.rest = raw.includes('%') ? decodePath(raw) : raw;
  }

  get query(): Query {
    this.#query ??= new Query(this.#incoming.search);
    return this.#query;
  }

  get signal(): AbortSignal | undefined {
    return this.#incoming.signal;
  }

  get remoteAddress(): string {
    return this.#incoming.remoteAddress;
  }

  header(name: string): string | undefined {
    return this.#incoming.header(name);
  }

  body(maxBytes?: number, limitName?: string): Promise<Uint8Array> {
    return this.#incoming.body(maxBytes, limitName);
  }

  stream(): ReadableStream<Uint8Array> {
    return this.#incoming.stream();
  }
}

function decodePath(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new HTTPError(400, 'malformed percent-encoding in the path');
  }
}

const withSearch = (path: string, search: string): string =>
  search === '' ? path : `${path}?${search}`;

/** With the body that Go gives to browsers of old (net/http Redirect). */
function redirect(method: string, location: string): APIResponse {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 307, headers: { Location: location }, body: null };
  const escaped = location
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;');
  return {
    status: 307,
    headers: { Location: location, 'Content-Type': 'text/html; charset=utf-8' },
    body: `<a href="${escaped}">Temporary Redirect</a>.\n\n`,
  };
}

function textResponse(status: number, text: string): APIResponse {
  return { status, headers: { 'Content-Type': TEXT }, body: text };
}
