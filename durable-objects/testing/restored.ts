/** Saving a datacenter and playing a saved state into one, as the object does, over Node's SQLite. */
import { KV_VALUE_CEILING_BYTES } from '../../protocol/limits.ts';
import { DatacenterState } from '../datacenter-state.ts';
import { SnapshotRestore } from '../snapshot/restore.ts';
import { DatacenterFixture } from './datacenter-fixture.ts';
import { readSchemaHistory } from './node-storage.ts';
import { startCopy, takeLines } from './snapshots.ts';

/** The clock's reading in a restore. */
export const RESTORED_AT = 5_000_000;
export const AFTER = 'incarnation-after';

/** A datacenter with an agent's node, a service and two keys, that takes long values. */
export function createFilledDatacenter(): DatacenterFixture {
  const datacenter = new DatacenterFixture({ kvMaxValueBytes: KV_VALUE_CEILING_BYTES });
  datacenter.write('catalog.register', {
    Node: 'n1',
    Address: '10.0.0.1',
    Service: { ID: 'web-1', Service: 'web', Port: 80 },
    Check: { CheckID: 'serfHealth', Name: 's', Status: 'passing' },
  } as never);
  setKey(datacenter, 'app/a', 'MQ==');
  setKey(datacenter, 'app/b', 'Mg==');
  return datacenter;
}

export function setKey(datacenter: DatacenterFixture, key: string, value: string): void {
  datacenter.write('kv.apply', { verb: 'set', key, value });
}

export function saveState(datacenter: DatacenterFixture): string[] {
  const copy = startCopy(datacenter.storage, datacenter.lastIndex);
  const lines = takeLines(copy);
  copy.close();
  return lines;
}

/** @returns the datacenter as it is after the object read everything anew. @throws RPCError, with nothing left staged */
export function restoreState(
  lines: readonly string[],
  into: DatacenterFixture,
): { state: DatacenterState; index: number } {
  const job = new SnapshotRestore(into.storage, readSchemaHistory());
  try {
    job.accept(lines);
    const options = { actor: 'test', incarnation: AFTER, now: RESTORED_AT };
    const { index } = job.commit(into.state.writer, options);
    return { state: reopen(into), index };
  } catch (error) {
    job.abort();
    throw error;
  }
}

/** The same storage with nothing in memory. */
export function reopen({ storage }: DatacenterFixture): DatacenterState {
  return new DatacenterState(storage, 'dc1', { now: () => RESTORED_AT, newUUID: () => 'new-uuid' });
}

export function callState(state: DatacenterState, method: string, args: unknown) {
  return state.callAlone({ method, args, token: '', actor: 'test' });
}
