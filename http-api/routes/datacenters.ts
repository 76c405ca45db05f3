/** /v1/datacenters: the datacenters of a deployed Worker, how one is made and removed. Consul has nothing like it. */
import type { DatacenterRecord } from '../../protocol/types/datacenters.ts';
import { HTTPError } from '../http-error.ts';
import { parseWriteOptions } from '../query-options.ts';
import { renderJSON, renderValue } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';

/** Making and removing datacenters, as a deployment does it. All throw RPCErrors. */
export interface DatacenterAdmin {
  /** The deployment's own first. */
  list(): Promise<readonly DatacenterRecord[]>;
  create(record: Omit<DatacenterRecord, 'CreatedAt'>): Promise<void>;
  /** With everything that it holds. */
  remove(name: string): Promise<void>;
}

export function datacenterRoutes(admin: DatacenterAdmin): Route[] {
  return [
    {
      path: '/v1/datacenters',
      methods: { GET: async (request) => renderValue(request, await admin.list()) },
    },
    {
      path: '/v1/datacenters/',
      methods: {
        PUT: (request) => createDatacenter(request, admin),
        DELETE: (request, context) => removeDatacenter(request, context, admin),
      },
    },
  ];
}

async function createDatacenter(request: APIRequest, admin: DatacenterAdmin): Promise<APIResponse> {
  const { Location, Jurisdiction } = parsePlace(await request.body());
  await admin.create({ Name: request.rest, Location, Jurisdiction });
  return renderJSON(request, 'true');
}

function parsePlace(bytes: Uint8Array): Pick<DatacenterRecord, 'Location' | 'Jurisdiction'> {
  const text = new TextDecoder().decode(bytes);
  let body: Partial<DatacenterRecord> | null = {};
  try {
    if (text.trim() !== '') body = JSON.parse(text) as Partial<DatacenterRecord> | null;
  } catch (error) {
    throw new HTTPError(400, `Request decoding failed: ${(error as Error).message}`);
  }
  const { Location = '', Jurisdiction = '' } = body ?? {};
  if (typeof Location !== 'string' || typeof Jurisdiction !== 'string') {
    throw new HTTPError(400, 'Location and Jurisdiction are texts');
  }
  return { Location, Jurisdiction };
}

/** Everything in it goes for good, so it takes the name twice, and a word more while hosts are in it. */
async function removeDatacenter(
  request: APIRequest,
  context: APIContext,
  admin: DatacenterAdmin,
): Promise<APIResponse> {
  const { rest: name, query } = request;
  if (name === context.datacenter) {
    throw new HTTPError(409, `${name} is the datacenter of the deployment itself`);
  }
  if (!(await admin.list()).some(({ Name }) => Name === name)) {
    throw new HTTPError(404, `There is no datacenter ${JSON.stringify(name)}`);
  }
  if (query.get('confirm') !== name) {
    throw new HTTPError(400, `Everything in ${name} would be lost: say ?confirm=${name}`);
  }
  if (!query.has('force')) await refuseUnlessEmpty(request, context, name);
  await admin.remove(name);
  return renderJSON(request, 'true');
}

async function refuseUnlessEmpty(
  request: APIRequest,
  { rpc }: APIContext,
  datacenter: string,
): Promise<void> {
  const options = { ...parseWriteOptions(request), datacenter };
  const { body } = await rpc.call('catalog.nodes', {}, options);
  const count = body === '' ? 0 : (JSON.parse(body) as unknown[]).length;
  if (count === 0) return;
  const hosts = `${count} node${count === 1 ? '' : 's'}`;
  throw new HTTPError(409, `${datacenter} has ${hosts}: stop their agents first, or say ?force`);
}
