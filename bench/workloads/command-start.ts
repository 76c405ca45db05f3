/** How long a short command takes from its start to its end: what a person at a prompt and a script in a loop wait for. */
import { spawn } from 'node:child_process';
import type { Agent } from '../agent.ts';
import { median, percentile } from '../statistics.ts';
import type { Figure, Sample, WorkContext, Workload } from './workload.ts';

/** The first runs fill the disk cache, and with us the compile cache. */
const WARM_UP_RUNS = 3;
const P99 = 99;
const MS_PER_SECOND = 1000;

export interface CommandStartOptions {
  readonly id: string;
  /** The command line, without the program. */
  readonly args: readonly string[];
  /** What has to stand on its standard output. */
  readonly says: RegExp;
  /** Makes what the command reads. */
  readonly prepare?: (agent: Agent) => Promise<void>;
}

export class CommandStart implements Workload {
  readonly figures: readonly Figure[];
  readonly #options: CommandStartOptions;

  constructor(options: CommandStartOptions) {
    this.#options = options;
    const title = `start to end of \`${options.args.join(' ')}\``;
    this.figures = [{ id: options.id, title, unit: 'ms', better: 'lower' }];
  }

  async measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>> {
    const { id, prepare } = this.#options;
    await prepare?.(agent);
    for (let run = 0; run < WARM_UP_RUNS; run++) await this.#run(agent, context.signal);
    const times: number[] = [];
    const deadline = performance.now() + context.durations.measureSeconds * MS_PER_SECOND;
    while (performance.now() < deadline) times.push(await this.#run(agent, context.signal));
    const value = median(times);
    return new Map([[id, { value, p50Ms: value, p99Ms: percentile(times, P99), errors: 0 }]]);
  }

  /** @returns milliseconds. @throws when the command fails or says something else */
  #run(agent: Agent, signal: AbortSignal): Promise<number> {
    const { args, says } = this.#options;
    return new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const child = spawn(agent.contender.program, [...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, CONSUL_HTTP_ADDR: agent.base },
        signal,
      });
      let said = '';
      const listen = (chunk: Buffer): void => {
        said += chunk.toString('utf8');
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('error', reject);
      child.once('close', (code) => {
        const ms = performance.now() - startedAt;
        if (code === 0 && says.test(said)) resolve(ms);
        else reject(new Error(`\`${args.join(' ')}\` ended with ${code}: ${said}`));
      });
    });
  }
}
