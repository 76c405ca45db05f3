/** The HTTP API of an agent: /v1/agent/ over its host, the rest over its link. */
import { API } from '../../../http-api/api.ts';
import { describeDefect } from '../../../http-api/http-error.ts';
import type { Route } from '../../../http-api/route.ts';
import { coreRoutes } from '../../../http-api/routes.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { Logger } from '../../lib/log.ts';
import type { Federation } from '../federation/federation.ts';
import type { HostServices } from '../host/host-services.ts';
import type { OwnNode } from '../host/node-registration.ts';
import { apiContextOf } from './api-context.ts';

export interface AgentAPIOptions {
  /** Read at each request where a reload may change it. */
  readonly config: () => AgentConfig;
  readonly own: OwnNode;
  readonly host: HostServices;
  readonly federation: Federation;
  readonly routes: readonly Route[];
  /** Stands for the token of a request that carries none. */
  readonly defaultToken: () => string;
  readonly log: Logger;
}

export function createAgentAPI(options: AgentAPIOptions): API {
  const { config, own, host, federation, routes, defaultToken, log } = options;
  return new API([...host.routes, ...routes, ...coreRoutes], {
    context: apiContextOf(config, own, federation, defaultToken),
    takesUnprintable: config().http.disableUnprintableCharFilter,
    responseHeaders: () => config().http.responseHeaders,
    blockedPrefixes: () => config().http.blockEndpoints,
    mayWrite: host.mayWrite,
    observe: host.observeRequest,
    reportDefect: (defect, method, at) =>
      log.error(`defect in ${method} ${at}: ${describeDefect(defect)}`),
  });
}
