/** Who this agent is: its node ID, made once and remembered in data_dir. */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { readHostID } from '../../lib/proc-files.ts';
import type { AgentConfig } from '../../config/agent-config.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @returns the ID of the agent's own node */
export async function ownNodeID(
  config: Pick<AgentConfig, 'nodeID' | 'disableHostNodeID'>,
  dataDir: string,
): Promise<string> {
  return nodeIDOf(config.nodeID, dataDir, config.disableHostNodeID ? '' : await readHostID());
}

/**
 * @param hostID what identifies the machine, a UUID; '' when the ID is to be random (`disable_host_node_id`, the default)
 * @returns the configured ID, or the one remembered in `dataDir`, or a new one that is remembered from now on
 */
export function nodeIDOf(configured: string, dataDir: string, hostID: string): string {
  if (configured !== '') return configured.toLowerCase();
  const file = path.join(dataDir, 'node-id');
  const known = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().toLowerCase() : '';
  if (UUID.test(known)) return known;
  const made = UUID.test(hostID) ? wellDistributed(hostID) : randomUUID();
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  fs.writeFileSync(file, `${made}\n`, { mode: 0o600 });
  return made;
}

/** As Consul does it (agent/agent.go, makeNodeID), so that a host keeps its ID: machines of one batch have much alike UUIDs. */
function wellDistributed(hostID: string): string {
  const hash = createHash('sha512').update(hostID).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    hash.slice(12, 16),
    hash.slice(16, 20),
    hash.slice(20, 32),
  ].join('-');
}
