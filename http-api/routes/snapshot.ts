/** /v1/snapshot (Consul: agent/snapshot_endpoint.go). */
import { parseQueryOptions, parseWriteOptions } from '../query-options.ts';
import { JSON_TYPE, answerHeaders } from '../render.ts';
import { requireRights } from '../rights.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';

export const snapshotRoutes: Route[] = [
  { path: '/v1/snapshot', methods: { GET: saveSnapshot, PUT: restoreSnapshot } },
];

const ARCHIVE_TYPE = 'application/x-gzip';

/** `?stale` asks for nothing that there is not: a datacenter has one state. */
async function saveSnapshot(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  const { index, archive } = await context.snapshots.save(options);
  const headers = { ...answerHeaders({ index, body: '' }), 'Content-Type': ARCHIVE_TYPE };
  return { status: 200, headers, body: archive };
}

/** Whoever may not restore hears so, whatever the archive is worth. */
async function restoreSnapshot(request: APIRequest, context: APIContext): Promise<APIResponse> {
  await requireRights(request, context, { Resource: 'acl', Access: 'write' });
  await context.snapshots.restore(request.stream(), parseWriteOptions(request));
  return { status: 200, headers: { 'Content-Type': JSON_TYPE }, body: '' };
}
