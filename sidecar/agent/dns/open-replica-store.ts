/** Where an agent keeps what its clients asked for. */
import path from 'node:path';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { Logger } from '../../lib/log.ts';
import { type ReplicaStore, SQLiteReplicaStore } from '../../server-link/replica-store.ts';

/** Null beside a control plane of one's own, which comes back with the host: the replica need not outlive it. */
export function openReplicaStore(
  { controlPlane, datacenter }: AgentConfig,
  dataDir: string,
  log: Logger,
): ReplicaStore | null {
  if (controlPlane === 'embedded') return null;
  return SQLiteReplicaStore.open(path.join(dataDir, 'replica'), datacenter, log.named('replica'));
}
