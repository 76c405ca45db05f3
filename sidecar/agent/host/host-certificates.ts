/** The certificates of this host's services, and where they are asked for. */
import type { Route } from '../../../http-api/route.ts';
import type { ServerRPC } from '../../../http-api/server-rpc.ts';
import { leafRoute } from '../../agent-api/leaf-route.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import { LeafManager } from '../../leaf-certificates/leaf-manager.ts';
import type { Logger } from '../../lib/log.ts';
import { clientToken } from '../acl/client-calls.ts';

export class HostCertificates {
  readonly leaves: LeafManager;
  readonly route: Route;

  /** @param defaultToken stands for the token of a request that carries none */
  constructor(
    rpc: ServerRPC,
    { datacenter }: AgentConfig,
    defaultToken: () => string,
    log: Logger,
  ) {
    this.leaves = new LeafManager({
      rpc,
      datacenter,
      now: () => Date.now(),
      random: Math.random,
      log: log.named('leaf-certs'),
    });
    this.route = leafRoute(this.leaves, (given) => clientToken(given, defaultToken));
  }

  stop(): void {
    this.leaves.stop();
  }
}
