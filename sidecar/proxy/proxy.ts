/** A proxy of one service: its identity, its public listener and its upstreams, as the configuration has them. */
import { type ProxyConfig, type UpstreamConfig, upstreamName } from './config.ts';
import { Authorizer } from './authorizer.ts';
import type { Counters } from './counters.ts';
import { Identity } from './identity.ts';
import { openInstances } from './instances.ts';
import type { AgentHTTP, Log } from './interfaces.ts';
import { PUBLIC_LISTENER, PublicListener } from './public-listener.ts';
import { UpstreamListener } from './upstream-listener.ts';

export interface ProxyOptions {
  readonly agent: AgentHTTP;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
}

/** A listener as it was configured: one whose configuration is the same is left alone. */
interface Running {
  readonly key: string;
  readonly counters: Counters;
  /** @param drainMs how long connections may go on; as long as they like when undefined */
  stop(drainMs: number | undefined): Promise<void>;
}

export class Proxy {
  readonly #options: ProxyOptions;
  readonly #running = new Map<string, Running>();
  /** Listeners that take nothing any more. */
  readonly #draining = new Set<Running>();
  #service: string | undefined;
  #identity: Identity | undefined;
  #isStopped = false;

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  /** By the listener's name. */
  get counters(): ReadonlyMap<string, Counters> {
    return new Map([...this.#running].map(([name, { counters }]) => [name, counters]));
  }

  /** Takes the place of what was configured before. */
  apply(config: ProxyConfig): void {
    if (this.#isStopped) return;
    const { agent, log } = this.#options;
    log.debug('got new config');
    if (this.#service !== config.service) {
      for (const name of this.#running.keys()) this.#drop(name);
      this.#identity?.stop();
      this.#service = config.service;
      this.#identity = new Identity({ agent, log, service: config.service });
    }
    const identity = this.#identity!;
    const wanted = new Map(config.upstreams.map((upstream) => [upstreamName(upstream), upstream]));
    for (const name of this.#running.keys()) {
      if (name !== PUBLIC_LISTENER && !wanted.has(name)) this.#drop(name);
    }
    for (const [name, upstream] of wanted) {
      this.#run(name, upstream, () => this.#openUpstream(upstream, identity, config.service));
    }
    // Nobody may be answered before there is a certificate to answer with.
    void identity.ready.then(() => {
      if (this.#identity === identity && !this.#isStopped) this.#applyPublic(config, identity);
    });
  }

  /** @param drainMs how long connections may go on */
  async stop(drainMs: number): Promise<void> {
    this.#isStopped = true;
    const all = [...this.#running.values(), ...this.#draining];
    await Promise.all(all.map((running) => running.stop(drainMs)));
    this.#identity?.stop();
  }

  #applyPublic({ publicListener: config, service }: ProxyConfig, identity: Identity): void {
    if (config === undefined) {
      this.#drop(PUBLIC_LISTENER);
      return;
    }
    this.#run(PUBLIC_LISTENER, config, () => {
      const { agent, log, now } = this.#options;
      const authorizer = new Authorizer({
        agent,
        log,
        service,
        now,
        onChange: () => void listener.judgeAgain(),
      });
      const context = identity.contextOptions!;
      const parts = { config, service, context, authorizer, log };
      const listener = new PublicListener(parts);
      const unlisten = identity.listen((renewed) => listener.renew(renewed));
      listener.start();
      return {
        counters: listener.counters,
        async stop(drainMs) {
          unlisten();
          await listener.stop(drainMs);
          authorizer.stop();
        },
      };
    });
  }

  #openUpstream(upstream: UpstreamConfig, identity: Identity, service: string): UpstreamListener {
    const { agent, log, now, random } = this.#options;
    const instances = openInstances({ agent, log, upstream, now, random });
    const listener = new UpstreamListener({ upstream, service, identity, instances, log });
    listener.start();
    return listener;
  }

  #run(name: string, config: object, open: () => Omit<Running, 'key'>): void {
    const key = JSON.stringify(config);
    if (this.#running.get(name)?.key === key) return;
    this.#drop(name);
    const opened = open();
    const { counters } = opened;
    this.#running.set(name, { key, counters, stop: (drainMs) => opened.stop(drainMs) });
  }

  #drop(name: string): void {
    const running = this.#running.get(name);
    if (running === undefined) return;
    this.#running.delete(name);
    this.#draining.add(running);
    // Its connections go on.
    void running.stop(undefined).then(() => this.#draining.delete(running));
  }
}
