/**
 * The types of watches: what each reads, and by which parameters. Behaviour: Consul's documentation of watches.
 *
 * A source reads once for each call; waiting is the server's part (blocking query), repeating the runner's.
 */
import { readIndex } from '../blocking.ts';
import type { ConsulClient, QueryParameters } from '../http-client.ts';
import { parseJSON } from '../json.ts';
import { getPair, listPairs } from '../kv.ts';
import { shapeChecks, shapeInstances } from './api-shape.ts';
import { newerEvents } from './watch-events.ts';
import { WatchParameterError, WatchParameters } from './watch-parameters.ts';

/** How far a watch has seen: an index in decimal, or the hash of an agent's service. */
export type WatchPosition = string;

export interface WatchReading {
  readonly value: unknown;
  readonly position: WatchPosition;
}

export interface WatchSource {
  readonly type: string;
  /** @param position what the last reading gave; undefined reads at once */
  read(
    client: ConsulClient,
    position: WatchPosition | undefined,
    signal: AbortSignal,
  ): Promise<WatchReading>;
}

const CHECK_STATES = ['any', 'passing', 'warning', 'critical', 'unknown'];

type SourceFactory = (parameters: WatchParameters) => Omit<WatchSource, 'type'>;

const SOURCES: Readonly<Record<string, SourceFactory>> = {
  key(parameters) {
    const key = required(parameters, 'key', 'Must specify a single key to watch');
    return kvSource(parameters, (client, options) => getPair(client, key, options));
  },
  keyprefix(parameters) {
    const prefix = required(parameters, 'prefix', 'Must specify a single prefix to watch');
    return kvSource(parameters, (client, options) => listPairs(client, prefix, options));
  },
  services: (parameters) => listSource('/v1/catalog/services', readQuery(parameters)),
  nodes: (parameters) => listSource('/v1/catalog/nodes', readQuery(parameters)),
  service(parameters) {
    const service = required(parameters, 'service', 'Must specify a single service to watch');
    const tag = parameters.texts('tag');
    const passing = parameters.flag('passingonly');
    const query = {
      ...readQuery(parameters),
      tag,
      passing: passing || undefined,
    };
    return listSource(`/v1/health/service/${encodeURIComponent(service)}`, query, shapeInstances);
  },
  checks(parameters) {
    const service = parameters.text('service');
    const state = parameters.text('state');
    if (service !== '' && state !== '') {
      throw new WatchParameterError('Cannot specify service and state');
    }
    const path =
      service === ''
        ? `/v1/health/state/${encodeURIComponent(state || 'any')}`
        : `/v1/health/checks/${encodeURIComponent(service)}`;
    const source = listSource(path, readQuery(parameters), shapeChecks);
    if (service !== '' || state === '' || CHECK_STATES.includes(state)) return source;
    return {
      // As Consul's client: it is told again and again like any other failure of a reading.
      read: async () => {
        throw new Error(`Unsupported state: ${state}`);
      },
    };
  },
  event(parameters) {
    const name = parameters.text('name');
    const list = listSource('/v1/event/list', { name: name || undefined });
    return {
      async read(client, position, signal) {
        const reading = await list.read(client, position, signal);
        return { ...reading, value: newerEvents(reading.value, position) };
      },
    };
  },
  connect_roots: () => listSource('/v1/agent/connect/ca/roots', {}),
  connect_leaf(parameters) {
    const service = required(parameters, 'service', 'Must specify a single service to watch');
    return listSource(`/v1/agent/connect/ca/leaf/${encodeURIComponent(service)}`, {});
  },
  agent_service(parameters) {
    const id = required(parameters, 'service_id', 'Must specify a single service ID to watch');
    return agentServiceSource(id);
  },
};

/** Throws WatchParameterError for an unknown type, a missing parameter, or one that does not belong there. */
export function parseWatchSource(type: string, parameters: WatchParameters): WatchSource {
  const factory = Object.hasOwn(SOURCES, type) ? SOURCES[type] : undefined;
  if (factory === undefined) throw new WatchParameterError(`Unsupported watch type: ${type}`);
  const source = factory(parameters);
  parameters.requireNothingLeft();
  return { type, ...source };
}

/** Agents hold connections open for ten minutes at most; the watch asks for as much. */
const WAIT = '10m';

function required(parameters: WatchParameters, name: string, complaint: string): string {
  const value = parameters.text(name);
  if (value === '') throw new WatchParameterError(complaint);
  return value;
}

function readQuery(parameters: WatchParameters): QueryParameters {
  const stale = parameters.flag('stale');
  return { stale: stale || undefined, filter: parameters.text('filter') || undefined };
}

function waitQuery(position: WatchPosition | undefined): QueryParameters {
  return position === undefined ? {} : { index: position, wait: WAIT };
}

function kvSource(
  parameters: WatchParameters,
  read: (client: ConsulClient, options: object) => Promise<{ value: unknown; index: bigint }>,
): Omit<WatchSource, 'type'> {
  const stale = parameters.flag('stale');
  return {
    async read(client, position, signal) {
      const query = { stale: stale || undefined, ...waitQuery(position) };
      const { value, index } = await read(client, { query, signal });
      return { value: value ?? null, position: String(index) };
    },
  };
}

function listSource(
  path: string,
  query: QueryParameters,
  shape = (value: unknown): unknown => value,
): Omit<WatchSource, 'type'> {
  return {
    async read(client, position, signal) {
      const request = { path, query: { ...query, ...waitQuery(position) }, signal };
      const { headers, body } = await client.request(request);
      const value = shape(parseJSON(body.toString('utf8')));
      return { value, position: String(readIndex(headers)) };
    },
  };
}

/** The agent's own view of a service has no index: the content's hash takes its place. */
function agentServiceSource(id: string): Omit<WatchSource, 'type'> {
  return {
    async read(client, position, signal) {
      const query = position === undefined ? {} : { hash: position, wait: WAIT };
      const path = `/v1/agent/service/${encodeURIComponent(id)}`;
      const { headers, body } = await client.request({ path, query, signal });
      const hash = headers['x-consul-contenthash'];
      return {
        value: parseJSON(body.toString('utf8')),
        position: typeof hash === 'string' ? hash : '',
      };
    },
  };
}
