/** Snapshots for sidecars, which hand them through to their own clients. */
import { toRPCError } from '../protocol/errors.ts';
import {
  SNAPSHOT_ACTOR_HEADER,
  SNAPSHOT_FAILURE_STATUS,
  SNAPSHOT_INDEX_HEADER,
  SNAPSHOT_TOKEN_HEADER,
  decodeHeaderText,
  type SnapshotFailure,
} from '../protocol/snapshot-http.ts';
import type { DeployedDatacenters } from './env.ts';
import { StubSnapshots } from './snapshots.ts';

export async function serveSidecarSnapshot(
  request: Request,
  datacenters: DeployedDatacenters,
  datacenter: string,
): Promise<Response> {
  const snapshots = new StubSnapshots(datacenters);
  const caller = {
    datacenter,
    token: decodeHeaderText(request.headers.get(SNAPSHOT_TOKEN_HEADER)),
    actor: decodeHeaderText(request.headers.get(SNAPSHOT_ACTOR_HEADER)),
  };
  try {
    if (request.method === 'PUT') {
      const archive = request.body ?? new Blob([]).stream();
      return Response.json(await snapshots.restoreFor(archive, caller));
    }
    const { index, archive } = await snapshots.saveFor(caller);
    return new Response(archive, { headers: { [SNAPSHOT_INDEX_HEADER]: String(index) } });
  } catch (error) {
    const { code, message } = toRPCError(error);
    const failure: SnapshotFailure = { code, message };
    return Response.json(failure, { status: SNAPSHOT_FAILURE_STATUS });
  }
}
