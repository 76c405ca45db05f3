/**
 * The Worker: the door, the sidecars' links, /v1 from anywhere.
 *
 * It holds no state: whatever it knows is in its bindings or in the datacenter object.
 */
import type { Hono } from 'hono';
import { createAPI } from '../http-api/fetch-adapter.ts';
import { coreRoutes } from '../http-api/routes.ts';
import { agentOnlyRoutes } from '../http-api/routes/agent-only.ts';
import { datacenterEvents } from '../http-api/routes/datacenter-events.ts';
import { eventListRoute } from '../http-api/routes/event.ts';
import {
  DEFAULT_QUERY_TIME_MS,
  KV_MAX_VALUE_BYTES,
  KV_VALUE_CEILING_BYTES,
  MAX_QUERY_TIME_MS,
  TXN_CEILING_BYTES,
  TXN_MAX_BYTES,
} from '../protocol/limits.ts';
import { LINK_PATH } from '../protocol/frames.ts';
import { SNAPSHOT_LINK_PATH } from '../protocol/snapshot-http.ts';
import { refuseUnlessSecret, tokenOf } from './auth.ts';
import type { Env } from './env.ts';
import { serveSidecarSnapshot } from './sidecar-snapshots.ts';
import { StubSnapshots } from './snapshots.ts';
import { StubRPC } from './stub-rpc.ts';

export { DatacenterObject } from '../durable-objects/datacenter.ts';
export { RelayObject } from '../durable-objects/relay/relay.ts';

/** One API for each set of bindings: an isolate serves one deployment, so in practice one. */
const apis = new WeakMap<Env, Hono>();

function apiOf(env: Env): Hono {
  let api = apis.get(env);
  if (api === undefined) {
    api = createAPI([...coreRoutes, ...agentOnlyRoutes, eventListRoute(datacenterEvents)], {
      context: {
        rpc: new StubRPC(env),
        snapshots: new StubSnapshots(env),
        datacenter: env.DATACENTER,
        nodeName: '',
        streams: { isOneShot: true, maxPages: MAX_STREAM_PAGES },
        limits: {
          kvMaxValueBytes: sizeOf(
            env.KV_MAX_VALUE_SIZE,
            KV_MAX_VALUE_BYTES,
            KV_VALUE_CEILING_BYTES,
          ),
          txnMaxBytes: sizeOf(env.TXN_MAX_REQ_LEN, TXN_MAX_BYTES, TXN_CEILING_BYTES),
          defaultQueryTimeMs: DEFAULT_QUERY_TIME_MS,
          maxQueryTimeMs: MAX_QUERY_TIME_MS,
        },
      },
    });
    apis.set(env, api);
  }
  return api;
}

/** A page costs up to three calls, of which the platform allows a request a thousand. */
const MAX_STREAM_PAGES = 300;

/** A variable of the deployment; what is no number is taken for absent. */
function sizeOf(text: string | undefined, initial: number, ceiling: number): number {
  return text !== undefined && /^\d+$/.test(text) ? Math.min(Number(text), ceiling) : initial;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    const refusal = await refuseUnlessSecret(env, tokenOf(request));
    if (refusal !== null) return refusal;
    if (pathname === LINK_PATH) return openLink(request, env);
    if (pathname === SNAPSHOT_LINK_PATH) return serveSidecarSnapshot(request, env);
    if (env.ASSETS !== undefined && (pathname === '/' || pathname.startsWith('/ui')))
      return env.ASSETS.fetch(request);
    return asEncoded(await apiOf(env).fetch(request));
  },
} satisfies ExportedHandler<Env>;

/** The API compresses long answers itself; unless told so, the runtime would compress them once more. */
function asEncoded(response: Response): Response {
  if (!response.headers.has('content-encoding')) return response;
  const { status, headers } = response;
  return new Response(response.body, { status, headers, encodeBody: 'manual' });
}

function openLink(request: Request, env: Env): Response | Promise<Response> {
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
    return new Response("This path is the sidecars' link: it speaks WebSocket only.", {
      status: 426,
    });
  }
  const { DATACENTER, DATACENTER_OBJECTS } = env;
  return DATACENTER_OBJECTS.get(DATACENTER_OBJECTS.idFromName(DATACENTER)).fetch(request);
}
