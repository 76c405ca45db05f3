/**
 * Snapshots of a datacenter over Node's SQLite. What is saved is the state without its archive; what is restored has to
 * be an archive, and is read to its end, but not applied.
 */
import { createHash } from 'node:crypto';
import { ArchiveError } from '../../http-api/snapshot/archive-format.ts';
import { readArchive, refuseConsul } from '../../http-api/snapshot/decode-archive.ts';
import type { SavedSnapshot, SnapshotStore } from '../../http-api/snapshot-store.ts';
import { RPCError } from '../../protocol/errors.ts';
import { SnapshotServer } from '../snapshot/snapshot-server.ts';
import type { DatacenterFixture } from './datacenter-fixture.ts';
import { readSchemaHistory } from './node-storage.ts';

export class StateSnapshots implements SnapshotStore {
  readonly #server: SnapshotServer;
  readonly #datacenter: DatacenterFixture;

  constructor(datacenter: DatacenterFixture) {
    this.#datacenter = datacenter;
    this.#server = new SnapshotServer({
      state: () => datacenter.state,
      history: readSchemaHistory(),
      restored: () => datacenter.evict(),
    });
  }

  async save(): Promise<SavedSnapshot> {
    const response = await this.#server.handle(new Request('http://datacenter/snapshot'));
    const text = await response.text();
    return { index: this.#datacenter.lastIndex, archive: new Blob([text]).stream() };
  }

  async restore(archive: ReadableStream<Uint8Array>): Promise<void> {
    try {
      await readArchive(archive, newHash, { meta: refuseConsul });
    } catch (error) {
      if (error instanceof ArchiveError) throw new RPCError('invalid', error.message);
      throw error;
    }
  }
}

function newHash() {
  const hash = createHash('sha256');
  return {
    update: (chunk: Uint8Array) => void hash.update(chunk),
    digest: () => hash.digest('hex'),
  };
}
