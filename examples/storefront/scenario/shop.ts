/** The whole shop: every process of it, and what the acts of the scenario need to know. */
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AgentClient } from './agent-client.ts';
import { pathOf } from './needed-programs.ts';
import { StartedPrograms } from './programs-started.ts';
import { Reloads } from './reloads.ts';
import type { Report } from './report.ts';
import { services, type Settings } from './settings.ts';
import { waitUntil } from './wait-until.ts';

const START_LIMIT_MS = 60_000;
const RENDER_LIMIT_MS = 30_000;

export class Shop {
  readonly settings: Settings;
  readonly agent: AgentClient;
  readonly reloads: Reloads;
  readonly programs: StartedPrograms;
  readonly report: Report;
  #agentProcess: ChildProcess | undefined;
  #frontEnd: ChildProcess | undefined;

  constructor(settings: Settings, programs: StartedPrograms, report: Report) {
    this.settings = settings;
    this.programs = programs;
    this.report = report;
    this.agent = new AgentClient(settings.ports.HTTP, settings.ports.DNS);
    this.reloads = new Reloads(settings.directory);
  }

  get stockFile(): string {
    return path.join(this.settings.directory, 'stock.txt');
  }

  startAgent(program: string): void {
    const args = ['agent', `-config-dir=${path.join(this.settings.directory, 'agent.d')}`];
    this.#agentProcess = this.programs.start({ name: 'agent', program, args });
  }

  startBackEnd(name: 'api-1' | 'api-2'): ChildProcess {
    const port = this.settings.ports[name === 'api-1' ? 'API_1' : 'API_2'];
    return this.#startNode(name, services('back-end.mjs'), name, String(port));
  }

  startFrontEnd(): void {
    const { STOREFRONT, PRICES } = this.settings.ports;
    const args = [String(STOREFRONT), `http://127.0.0.1:${PRICES}/price`, this.agent.base];
    this.#frontEnd = this.#startNode('front-end', services('front-end.mjs'), ...args);
  }

  /** The front end falls silent, or speaks again: its TTL check hears of it. */
  setHeartbeat(isOn: boolean): void {
    this.#frontEnd?.kill(isOn ? 'SIGUSR2' : 'SIGUSR1');
  }

  setStock(articles: readonly string[]): void {
    writeFileSync(this.stockFile, articles.map((article) => `${article}\n`).join(''));
  }

  /** Starts consul-template, waits until it has rendered every server, then starts HAProxy with that. */
  async startLoadBalancer(): Promise<void> {
    const { directory, ports } = this.settings;
    const template = pathOf('consul-template');
    this.programs.start({
      name: 'consul-template',
      program: template,
      args: ['-config', `${directory}/consul-template.hcl`],
    });
    const rendered = path.join(directory, 'haproxy.cfg');
    await waitUntil(
      'a configuration with all three servers',
      RENDER_LIMIT_MS,
      () => serversIn(rendered) === 3,
    );
    const args = [
      '-W',
      '-S',
      `${directory}/haproxy-master.sock`,
      '-p',
      `${directory}/haproxy.pid`,
      '-f',
      rendered,
    ];
    this.programs.start({ name: 'haproxy', program: pathOf('haproxy'), args });
    await waitUntil('an answer through HAProxy', START_LIMIT_MS, () =>
      isAnswering(`http://127.0.0.1:${ports.SHOP}/`),
    );
  }

  async waitForAgent(): Promise<void> {
    await waitUntil('the agent', START_LIMIT_MS, () => {
      const code = this.#agentProcess?.exitCode ?? null;
      if (code !== null) throw new Error(`the agent ended with code ${code}`);
      return this.agent.isReady();
    });
  }

  #startNode(name: string, script: string, ...args: string[]): ChildProcess {
    return this.programs.start({ name, program: process.execPath, args: [script, ...args] });
  }
}

/** The reload script finds haproxy by its name: a plain user's PATH may lack /usr/sbin. */
export function extendPathForReload(): void {
  const directory = path.dirname(pathOf('haproxy'));
  process.env['PATH'] = `${process.env['PATH'] ?? ''}${path.delimiter}${directory}`;
}

function serversIn(configuration: string): number {
  if (!existsSync(configuration)) return 0;
  return [...readFileSync(configuration, 'utf8').matchAll(/^ {2}server /gm)].length;
}

async function isAnswering(url: string): Promise<boolean> {
  const answer = await fetch(url).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok === true;
}
