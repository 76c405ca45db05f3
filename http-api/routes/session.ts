/** /v1/session/ (Consul: agent/session_endpoint.go). */
import { parseDuration } from '../../protocol/duration.ts';
import type { MethodArgs, SessionCreateArgs } from '../../protocol/methods.ts';
import { SERF_HEALTH_CHECK_ID } from '../../protocol/types/catalog.ts';
import { type Struct, decodeBody } from '../decode.ts';
import { withOwnDecoder } from '../fields/own-fields.ts';
import { CHECK_ID } from '../fields/service-parts.ts';
import { parseFirstValue } from '../parse-json.ts';
import { HTTPError } from '../http-error.ts';
import { parseQueryOptions, parseWriteOptions } from '../query-options.ts';
import { withQueryHeaders } from '../query-errors.ts';
import { readJSON } from '../read.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { callJSON } from '../call.ts';
import { describeDurationFault } from './session-duration.ts';

export const sessionRoutes: Route[] = [
  { path: '/v1/session/create', methods: { PUT: createSession } },
  { path: '/v1/session/destroy/', methods: { PUT: destroySession } },
  { path: '/v1/session/renew/', methods: { PUT: renewSession } },
  {
    path: '/v1/session/info/',
    methods: {
      GET: (request, context) =>
        readSessions(request, context, 'session.get', () => ({ id: requireID(request) })),
    },
  },
  {
    path: '/v1/session/node/',
    methods: {
      GET: (request, context) =>
        readSessions(request, context, 'session.node', () => ({ node: requireNode(request) })),
    },
  },
  {
    path: '/v1/session/list',
    methods: {
      GET: (request, context) => readSessions(request, context, 'session.list', () => ({})),
    },
  },
];

/** Faults of the parameters come before those of the path. */
function readSessions<M extends 'session.get' | 'session.node' | 'session.list'>(
  request: APIRequest,
  context: APIContext,
  method: M,
  args: () => MethodArgs<M>,
): Promise<APIResponse> {
  parseQueryOptions(request, context);
  return readJSON(request, context, method, args()).catch((error: unknown) => {
    throw withQueryHeaders(error);
  });
}

interface SessionBody {
  Name?: string;
  Node?: string;
  LockDelay?: unknown;
  Behavior?: string;
  TTL?: string;
  NodeChecks?: string[];
  /** A null in the list stays one. */
  ServiceChecks?: ({ ID?: string; Namespace?: string } | undefined)[];
  Checks?: string[];
}

/** Consul ignores fields that it does not know here, unlike on most endpoints. */
const BODY: Struct = {
  ...withOwnDecoder(
    'structs.Session',
    {
      // Taken by Consul and not heeded, unless it is of another type.
      ID: 'string',
      CreateIndex: 'uint64',
      ModifyIndex: 'uint64',
      Name: 'string',
      Node: 'string',
      LockDelay: 'any',
      Behavior: { scalar: 'string', type: 'structs.SessionBehavior' },
      TTL: 'string',
      NodeChecks: { list: 'string' },
      ServiceChecks: {
        list: {
          struct: 'structs.ServiceCheck',
          open: true,
          fields: { ID: 'string', Namespace: 'string' },
        },
      },
      Checks: { list: CHECK_ID },
    },
    { own: ['LockDelay'] },
  ),
  open: true,
};

async function createSession(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseWriteOptions(request);
  const isForeign = options.datacenter !== '' && options.datacenter !== context.datacenter;
  if (isForeign && context.isServer === false) {
    throw new HTTPError(500, 'cross datacenter lock must be created at server agent');
  }
  const bytes = await request.body();
  const args = bytes.length === 0 ? withDefaults({}, context, '{}') : decodeSession(bytes, context);
  return callJSON(request, context.rpc, 'session.create', args, options);
}

function decodeSession(bytes: Uint8Array, context: APIContext): SessionCreateArgs {
  const body = decodeBody<SessionBody | undefined>(bytes, BODY) ?? {};
  return withDefaults(body, context, new TextDecoder().decode(bytes));
}

/** Milliseconds; Consul's default. */
const DEFAULT_LOCK_DELAY_MS = 15_000;

function withDefaults(body: SessionBody, context: APIContext, text: string): SessionCreateArgs {
  return {
    Name: body.Name ?? '',
    Node: body.Node ?? context.nodeName,
    LockDelayMs: parseLockDelay(body.LockDelay),
    Behavior: body.Behavior ?? 'release',
    TTL: body.TTL ?? '',
    ...chooseChecks(body, explicitNulls(text)),
    ServiceChecks:
      body.ServiceChecks?.map((check) => ({
        ID: check?.ID ?? '',
        Namespace: check?.Namespace ?? '',
      })) ?? null,
  };
}

/**
 * A session hangs on its node's serfHealth unless the request names checks. An empty list in either of the two fields,
 * the old `Checks` or `NodeChecks`, means "on no check of the node", whatever the other says.
 */
function chooseChecks(
  body: SessionBody,
  nulls: ReadonlySet<string>,
): Pick<SessionCreateArgs, 'NodeChecks' | 'Checks'> {
  const isDefault = body.Checks?.length === 1 && body.Checks[0] === SERF_HEALTH_CHECK_ID;
  const checks = isDefault ? undefined : body.Checks;
  if (checks?.length === 0 || nulls.has('checks')) return { NodeChecks: [], Checks: null };
  if (nulls.has('nodechecks')) return { NodeChecks: null, Checks: null };
  if (body.NodeChecks?.length === 0) return { NodeChecks: [], Checks: null };
  return { NodeChecks: body.NodeChecks ?? [SERF_HEALTH_CHECK_ID], Checks: checks ?? null };
}

/** Names, lower-cased, of fields that are null in so many words: a null takes the default away. */
function explicitNulls(text: string): Set<string> {
  const value = parseFirstValue(text) as Record<string, unknown> | null;
  const entries = Object.entries(value ?? {});
  return new Set(entries.filter(([, item]) => item === null).map(([name]) => name.toLowerCase()));
}

const MS_PER_SECOND = 1000;
const NANOSECONDS_PER_MS = 1e6;
/** Numbers below this are seconds, others nanoseconds: Consul's lockDelayMinThreshold, for old clients. */
const SECONDS_BELOW = 1000;

/** A duration string or a number; anything else counts as no delay, as in Consul. */
function parseLockDelay(value: unknown): number {
  if (value === undefined || value === null) return DEFAULT_LOCK_DELAY_MS;
  if (typeof value === 'string') {
    const delayMs = parseDuration(value);
    if (delayMs === null)
      throw new HTTPError(400, `Request decode failed: ${describeDurationFault(value)}`);
    return secondsOrNanoseconds(delayMs * NANOSECONDS_PER_MS);
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') return 0;
  return secondsOrNanoseconds(Math.trunc(Number(value)));
}

/** Whatever the number was written as: "500ns" means 500 s too. @returns milliseconds */
function secondsOrNanoseconds(whole: number): number {
  return whole < SECONDS_BELOW ? whole * MS_PER_SECOND : whole / NANOSECONDS_PER_MS;
}

async function destroySession(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const id = requireID(request);
  return callJSON(request, context.rpc, 'session.destroy', { id }, parseWriteOptions(request));
}

async function renewSession(request: APIRequest, context: APIContext): Promise<APIResponse> {
  parseQueryOptions(request, context);
  const id = requireID(request);
  return callJSON(request, context.rpc, 'session.renew', { id }, parseWriteOptions(request));
}

function requireID({ rest }: APIRequest): string {
  if (rest === '') throw new HTTPError(400, 'Missing session');
  return rest;
}

function requireNode({ rest }: APIRequest): string {
  if (rest === '') throw new HTTPError(400, 'Missing node name');
  return rest;
}
