/**
 * The Worker: the door, the sidecars' links, /v1 from anywhere.
 *
 * It holds no state: whatever it knows is in its bindings or in the datacenter object.
 */
import type { Hono } from 'hono';
import { createAPI } from '../http-api/fetch-adapter.ts';
import { coreRoutes } from '../http-api/routes.ts';
import { agentOnlyRoutes } from '../http-api/routes/agent-only.ts';
import { datacenterRoutes } from '../http-api/routes/datacenters.ts';
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
import { toRPCError } from '../protocol/errors.ts';
import { DATACENTERS_PATH, LINK_PATH } from '../protocol/frames.ts';
import { LOGIN_LINK_PATH } from '../protocol/login-http.ts';
import { SNAPSHOT_LINK_PATH } from '../protocol/snapshot-http.ts';
import type { DatacenterList } from '../protocol/types/datacenters.ts';
import { refuseAtDoor, tokenOf } from './auth.ts';
import { readACLSettings } from '../durable-objects/acl-settings.ts';
import type { APIACLs } from '../http-api/route.ts';
import { type DeployedDatacenters, type Env, openDatacenters } from './env.ts';
import { logIn, serveSidecarLogin } from './login/login.ts';
import { serveSidecarSnapshot } from './sidecar-snapshots.ts';
import { StubSnapshots } from './snapshots.ts';
import { StubRPC } from './stub-rpc.ts';

export { DatacenterObject } from '../durable-objects/datacenter.ts';
export { FederationObject } from '../durable-objects/federation/federation.ts';
export { RelayObject } from '../durable-objects/relay/relay.ts';

/** What an isolate keeps of its deployment. */
interface Deployment {
  readonly api: Hono;
  readonly datacenters: DeployedDatacenters;
}

/** One for each set of bindings: an isolate serves one deployment, so in practice one. */
const deployments = new WeakMap<Env, Deployment>();

function deploymentOf(env: Env): Deployment {
  let deployment = deployments.get(env);
  if (deployment === undefined) {
    const datacenters = openDatacenters(env);
    deployment = { datacenters, api: makeAPI(env, datacenters) };
    deployments.set(env, deployment);
  }
  return deployment;
}

function makeAPI(env: Env, datacenters: DeployedDatacenters): Hono {
  const routes = [
    ...coreRoutes,
    ...agentOnlyRoutes,
    ...datacenterRoutes(datacenters),
    eventListRoute(datacenterEvents),
  ];
  return createAPI(routes, {
    context: {
      rpc: new StubRPC(env, datacenters),
      snapshots: new StubSnapshots(datacenters),
      acl: readAPIACLs(env),
      ...(env.PRIMARY_DATACENTER ? { primaryDatacenter: env.PRIMARY_DATACENTER } : {}),
      logIn: (request, { datacenter }) => logIn(datacenters, datacenter, request),
      datacenter: env.DATACENTER,
      // Nobody has measured how far they are.
      otherDatacenters: async () => (await datacenters.names()).slice(1),
      nodeName: '',
      streams: { isOneShot: true, maxPages: MAX_STREAM_PAGES },
      limits: {
        kvMaxValueBytes: sizeOf(env.KV_MAX_VALUE_SIZE, KV_MAX_VALUE_BYTES, KV_VALUE_CEILING_BYTES),
        txnMaxBytes: sizeOf(env.TXN_MAX_REQ_LEN, TXN_MAX_BYTES, TXN_CEILING_BYTES),
        defaultQueryTimeMs: DEFAULT_QUERY_TIME_MS,
        maxQueryTimeMs: MAX_QUERY_TIME_MS,
      },
    },
  });
}

/** A Worker always asks its datacenter; what it would do without one is Consul's default. */
function readAPIACLs(env: Env): APIACLs {
  const { enabled, defaultPolicy } = readACLSettings(env);
  return { enabled, defaultPolicy: enabled ? defaultPolicy : 'allow', downPolicy: 'extend-cache' };
}

/** A page costs up to three calls, of which the platform allows a request a thousand. */
const MAX_STREAM_PAGES = 300;

/** A variable of the deployment; what is no number is taken for absent. */
function sizeOf(text: string | undefined, initial: number, ceiling: number): number {
  return text !== undefined && /^\d+$/.test(text) ? Math.min(Number(text), ceiling) : initial;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const refusal = await refuseAtDoor(env, pathname, tokenOf(request));
    if (refusal !== null) return refusal;
    const { api, datacenters } = deploymentOf(env);
    const datacenter = searchParams.get('dc') ?? '';
    if (pathname === LINK_PATH) return openLink(request, datacenters, datacenter);
    if (pathname === SNAPSHOT_LINK_PATH)
      return serveSidecarSnapshot(request, datacenters, datacenter);
    if (pathname === LOGIN_LINK_PATH) return serveSidecarLogin(request, datacenters, datacenter);
    if (pathname === DATACENTERS_PATH) return listForSidecar(datacenters, datacenter);
    if (env.ASSETS !== undefined && (pathname === '/' || pathname.startsWith('/ui')))
      return env.ASSETS.fetch(request);
    return asEncoded(await api.fetch(request));
  },
} satisfies ExportedHandler<Env>;

/** The API compresses long answers itself; unless told so, the runtime would compress them once more. */
function asEncoded(response: Response): Response {
  if (!response.headers.has('content-encoding')) return response;
  const { status, headers } = response;
  return new Response(response.body, { status, headers, encodeBody: 'manual' });
}

async function openLink(
  request: Request,
  datacenters: DeployedDatacenters,
  datacenter: string,
): Promise<Response> {
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
    return new Response("This path is the sidecars' link: it speaks WebSocket only.", {
      status: 426,
    });
  }
  try {
    const { stub } = await datacenters.require(datacenter);
    return await stub.fetch(request);
  } catch (error) {
    const { code } = toRPCError(error);
    if (code !== 'unknown-datacenter') throw error;
    const name = datacenter.slice(0, MAX_NAME_CHARS);
    const text = `There is no datacenter ${JSON.stringify(name)}: make it with lictor dc create, or correct the agent's datacenter.`;
    return new Response(text, { status: 404 });
  }
}

/** Of a name that may be anything. */
const MAX_NAME_CHARS = 100;

/** For agents that ask which datacenters they reach through here. */
async function listForSidecar(
  datacenters: DeployedDatacenters,
  datacenter: string,
): Promise<Response> {
  const own = datacenter === '' ? datacenters.home.Name : datacenter;
  const names = await datacenters.names();
  const list: DatacenterList = { Others: names.filter((name) => name !== own), Maps: null };
  return Response.json(list);
}
