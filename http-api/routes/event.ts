/**
 * /v1/event/ (Consul: agent/event_endpoint.go).
 *
 * Firing goes to the datacenter. The list belongs to whoever answers it: an agent lists what is aimed at its host, the
 * Worker what the datacenter remembers; so its route is made over an `EventLog`.
 */
import { RPCError, invalid } from '../../protocol/errors.ts';
import { type UserEvent, eventIndex } from '../../protocol/types/event.ts';
import { encodeBase64 } from '../base64.ts';
import { HTTPError } from '../http-error.ts';
import { type QueryOptions, parseWaitOptions, parseWriteOptions } from '../query-options.ts';
import { FILTERED_HEADER, renderValue } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { callJSON } from '../call.ts';

/** Consul's words for a token that nobody has. */
const ACL_NOT_FOUND = 'ACL not found';

export const eventRoutes: Route[] = [{ path: '/v1/event/fire/', methods: { PUT: fireEvent } }];

/** Events of a name, and a number that tells whether the list of that name has changed since. */
export interface EventReading {
  /** The oldest first. */
  readonly events: readonly UserEvent[];
  readonly version: number;
  /** Something was left out that the token may not read. */
  readonly isFiltered?: boolean;
}

export interface EventLog {
  /** @param name '' for all events */
  read(name: string, options: QueryOptions): Promise<EventReading>;
  /** As `read`, once the version exceeds `version`, the wait is over, or the client has gone. */
  readAfter(
    name: string,
    version: number,
    options: QueryOptions,
    signal: AbortSignal | undefined,
  ): Promise<EventReading>;
}

/** @param logOf whose events are listed */
export function eventListRoute(logOf: (context: APIContext) => EventLog): Route {
  return {
    path: '/v1/event/list',
    methods: { GET: (request, context) => listEvents(request, context, logOf(context)) },
  };
}

async function fireEvent(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const { query, rest: name } = request;
  const options = parseWriteOptions(request);
  if (name === '') throw new HTTPError(400, 'Missing name');
  const args = {
    name,
    payload: encodeBase64(await request.body()),
    nodeFilter: query.get('node'),
    serviceFilter: query.get('service'),
    tagFilter: query.get('tag'),
  };
  return callJSON(request, context.rpc, 'event.fire', args, options).catch(unknownTokenIsFault);
}

/** Consul's agent knows a refusal by its words here, and those of a token that nobody has are others. */
function unknownTokenIsFault(error: unknown): never {
  if (error instanceof RPCError && error.message === ACL_NOT_FOUND) throw invalid(error.message);
  throw error;
}

/** Consul filters by name only: `node`, `service` and `tag` aim an event when it is fired, not the list. */
async function listEvents(
  request: APIRequest,
  context: APIContext,
  log: EventLog,
): Promise<APIResponse> {
  const options = parseWaitOptions(request, context);
  const known = BigInt(request.query.get('index') || 0);
  const name = request.query.get('name');
  let reading = await log.read(name, options);
  // The index is no count: only the very one that the client holds means "nothing new".
  if (known !== 0n && indexOf(reading.events) === known) {
    reading = await log.readAfter(name, reading.version, options, request.signal);
  }
  const headers = {
    'X-Consul-Index': String(indexOf(reading.events)),
    ...(reading.isFiltered ? { [FILTERED_HEADER]: 'true' } : {}),
  };
  return renderValue(request, reading.events, headers);
}

/** 1 for an empty list: clients take 0 for "no index" and would ask again at once. */
function indexOf(events: readonly UserEvent[]): bigint {
  const last = events.at(-1);
  return last === undefined ? 1n : eventIndex(last.ID);
}
