/**
 * `config_entries.bootstrap`: configuration entries that a server's own configuration brings along.
 *
 * An entry is written only where none of its kind and name stands: what operators changed since is theirs. One that the
 * datacenter refuses is logged, and the others are still written.
 */
import { type ServerRPC, directCall } from '../../../http-api/server-rpc.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { Logger } from '../../lib/log.ts';

/** Of each kind before those whose rules look at it: protocols first, then what routes by them. */
const FIRST_KINDS = ['proxy-defaults', 'mesh', 'service-defaults', 'service-resolver'];

/** Those of an agent's configuration: what a client's, or a secondary datacenter's, says of them means nothing, as in Consul. */
export async function bootstrapOwnEntries(
  rpc: ServerRPC,
  config: AgentConfig,
  log: Logger,
): Promise<void> {
  const { server, configEntriesBootstrap, acl, datacenter, primaryDatacenter } = config;
  if (!server || datacenter !== primaryDatacenter) return;
  const token = acl.tokens.initialManagement || acl.tokens.agent || acl.tokens.default;
  await bootstrapEntries(rpc, configEntriesBootstrap, token, log.named('config-entries'));
}

export async function bootstrapEntries(
  rpc: ServerRPC,
  entries: readonly Readonly<Record<string, unknown>>[],
  token: string,
  log: Logger,
): Promise<void> {
  const options = directCall(token);
  for (const entry of entries.toSorted((a, b) => rank(a) - rank(b))) {
    try {
      await rpc.call('config.apply', { entry, cas: 0 }, options);
    } catch (error) {
      const name = `${kindOf(entry)}/${String(entry.name ?? entry.Name ?? '')}`;
      log.error(`config_entries.bootstrap: ${name} was refused: ${(error as Error).message}`);
    }
  }
}

function kindOf(entry: Readonly<Record<string, unknown>>): string {
  return String(entry.kind ?? entry.Kind);
}

function rank(entry: Readonly<Record<string, unknown>>): number {
  const at = FIRST_KINDS.indexOf(kindOf(entry));
  return at < 0 ? FIRST_KINDS.length : at;
}
