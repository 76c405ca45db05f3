/**
 * The watches of the configuration (`watches`), run by the agent over its own HTTP API, as Consul's agent does: so each
 * sees what any client with its token sees.
 */
import type { AgentAddress } from '../../client/address.ts';
import { ConsulClient } from '../../client/http-client.ts';
import { WatchParameters } from '../../client/watch/watch-parameters.ts';
import { WatchRunner } from '../../client/watch/watch-runner.ts';
import { parseWatchSource } from '../../client/watch/watch-source.ts';
import type { AgentConfig, WatchDefinition } from '../../config/agent-config.ts';
import type { ListenAddress } from '../../config/agent-config-network.ts';
import type { Logger } from '../../lib/log.ts';
import { createWatchHandler } from './watch-handlers.ts';

/** What says how a change is handled; the rest are the parameters of the watch's type. */
const HANDLER_KEYS = ['type', 'handler', 'handler_type', 'args', 'http_handler_config', 'exempt'];

interface RunningWatch {
  readonly definition: string;
  readonly controller: AbortController;
  readonly client: ConsulClient;
  readonly ended: Promise<void>;
}

export class AgentWatches {
  readonly #address: AgentAddress | null;
  readonly #log: Logger;
  #running: RunningWatch[] = [];

  /** @param listeners the agent's own interfaces; they stay what they were at the start */
  constructor(listeners: AgentConfig['listeners'], log: Logger) {
    this.#address = ownAddressOf(listeners);
    this.#log = log;
  }

  /**
   * Runs the watches of this configuration from now on. One that stands in it unchanged goes on and is not told again what
   * it was told.
   *
   * @throws Error when there are watches, but no interface for them to ask
   */
  apply({ watches, acl }: Pick<AgentConfig, 'watches' | 'acl'>): void {
    const address = this.#address;
    if (address === null) {
      if (watches.length > 0) throw new Error('watch plans require an HTTP or HTTPS endpoint');
      return;
    }
    const before = [...this.#running];
    const started: RunningWatch[] = [];
    const after: RunningWatch[] = [];
    try {
      for (const definition of watches) {
        // With another token it may see something else.
        const text = JSON.stringify([definition, acl.tokens.default]);
        const at = before.findIndex((watch) => watch.definition === text);
        const known = at < 0 ? undefined : before.splice(at, 1)[0];
        if (known === undefined) started.push(this.#start(definition, text, address, acl));
        after.push(known ?? started.at(-1)!);
      }
    } catch (error) {
      // Those that ran go on.
      for (const watch of started) end(watch);
      throw error;
    }
    for (const watch of before) end(watch);
    this.#running = after;
  }

  /** Resolves once no handler runs any more. */
  async stop(): Promise<void> {
    const running = this.#running.splice(0);
    for (const watch of running) end(watch);
    await Promise.all(running.map(({ ended }) => ended));
  }

  #start(
    definition: WatchDefinition,
    text: string,
    address: AgentAddress,
    acl: AgentConfig['acl'],
  ): RunningWatch {
    const controller = new AbortController();
    const client = createClient(definition, address, acl.tokens.default);
    const handler = createWatchHandler(definition, this.#log);
    const { type, ...rest } = definition;
    const parameters = Object.entries(rest).filter(
      ([name]) => !HANDLER_KEYS.includes(name) && name !== 'token' && name !== 'datacenter',
    );
    const runner = new WatchRunner({
      client,
      source: parseWatchSource(type, new WatchParameters(Object.fromEntries(parameters))),
      onChange: (value, position) => handler.handle(value, position, controller.signal),
      onError: (error, retryMs) => {
        const reason = JSON.stringify(error.message);
        this.#log.error(`Watch errored: type=${type} error=${reason} retry=${retryMs / 1000}s`);
      },
    });
    // What a handler throws otherwise than by failing is a defect, which must not end the agent.
    const ended = runner
      .run(controller.signal)
      .catch((error: Error) => this.#log.error(`Watch ended: type=${type} error=${error.message}`));
    return { definition: text, controller, client, ended };
  }
}

function end({ controller, client }: RunningWatch): void {
  controller.abort();
  client.close();
}

function createClient(
  { token, datacenter }: WatchDefinition,
  address: AgentAddress,
  defaultToken: string,
): ConsulClient {
  return new ConsulClient({
    address,
    token: typeof token === 'string' ? token : defaultToken,
    basicAuth: '',
    datacenter: typeof datacenter === 'string' ? datacenter : '',
    stale: false,
    namespace: '',
    partition: '',
    // The certificate is this agent's own, whatever name it was made out for.
    tls: { verify: false },
  });
}

/** Null when the agent serves neither HTTP nor HTTPS. */
function ownAddressOf({ http, https }: AgentConfig['listeners']): AgentAddress | null {
  if (http[0] !== undefined) return addressOf(http[0], 'http');
  return https[0] === undefined ? null : addressOf(https[0], 'https');
}

function addressOf(listener: ListenAddress, scheme: 'http' | 'https'): AgentAddress {
  if (listener.kind === 'unix')
    return {
      scheme: 'http',
      host: 'localhost',
      port: 80,
      socketPath: listener.path,
      pathPrefix: '',
    };
  return { scheme, host: reachable(listener.host), port: listener.port, pathPrefix: '' };
}

/** Whoever listens on every address is reached on loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
