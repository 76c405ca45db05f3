/** The checks of this host, with what they need of the rest of the agent. */
import { CheckFactory } from '../../checks/check-factory.ts';
import { parseDockerHost } from '../../checks/docker-host.ts';
import { systemClock } from '../../checks/clock.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { Logger } from '../../lib/log.ts';
import { readTLSFiles } from '../../lib/tls-files.ts';
import { AliasChecks } from '../../local/alias-checks.ts';
import type { LocalState } from '../../local/local-state.ts';
import type { LinkCatalog } from './link-catalog.ts';

/** Where the engine listens unless DOCKER_HOST says otherwise. */
const DOCKER_SOCKET = 'unix:///var/run/docker.sock';

export function createChecks(
  config: AgentConfig,
  state: LocalState,
  catalog: LinkCatalog,
  log: Logger,
): CheckFactory {
  return new CheckFactory({
    environment: {
      ...(config.enableAgentTLSForChecks && { agentTLS: readTLSFiles(config.tls.https) }),
      docker: parseDockerHost(process.env['DOCKER_HOST'] || DOCKER_SOCKET),
      outputMaxBytes: config.checkOutputMaxBytes,
    },
    aliases: new AliasChecks(state, (node, onView) => catalog.watchNode(node, onView)),
    clock: systemClock,
    log: log.named('checks'),
    random: Math.random,
    allowRemoteScripts: config.enableRemoteScriptChecks,
    allowLocalScripts: config.enableLocalScriptChecks,
  });
}
