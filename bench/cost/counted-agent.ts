/** An agent with an embedded control plane that counts: the built programs with the instrumented Worker beside them. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from '../agent.ts';
import { type Counts, instrument, readCounts } from './counting-worker.ts';

// Subscriptions are stored a second after they changed: what comes later belongs to something else.
const QUIET_MS = 1_500;
const POLL_MS = 100;
const QUIET_LIMIT_MS = 30_000;

export class CountedAgent {
  readonly agent: Agent;
  readonly #installation: string;

  private constructor(agent: Agent, installation: string) {
    this.agent = agent;
    this.#installation = installation;
  }

  /** @param root the checkout, built. @param parent a directory for data, on a disk. */
  static async start(root: string, parent: string, signal: AbortSignal): Promise<CountedAgent> {
    mkdirSync(parent, { recursive: true });
    const installation = mkdtempSync(path.join(parent, 'counted-'));
    for (const folder of ['bin', 'dist']) mkdirSync(path.join(installation, folder));
    copyFileSync(path.join(root, 'bin/lictor'), path.join(installation, 'bin/lictor'));
    copyFileSync(path.join(root, 'package.json'), path.join(installation, 'package.json'));
    symlinkSync(path.join(root, 'node_modules'), path.join(installation, 'node_modules'));
    for (const name of readdirSync(path.join(root, 'dist')).filter((each) =>
      /\.c?js$/.test(each),
    )) {
      copyFileSync(path.join(root, 'dist', name), path.join(installation, 'dist', name));
    }
    const worker = path.join(installation, 'dist/worker.js');
    writeFileSync(worker, instrument(readFileSync(worker, 'utf8')));
    try {
      const contender = { name: 'Lictor', program: path.join(installation, 'bin/lictor') };
      return new CountedAgent(await Agent.start(contender, parent, signal), installation);
    } catch (error) {
      rmSync(installation, { recursive: true, force: true });
      throw error;
    }
  }

  /** Waits until nothing more is counted. @throws when the control plane does not come to rest. */
  async settledCounts(): Promise<Counts> {
    const deadline = performance.now() + QUIET_LIMIT_MS;
    let last = this.#counts();
    let quietSince = performance.now();
    while (performance.now() - quietSince < QUIET_MS) {
      if (performance.now() > deadline) throw new Error('the control plane does not come to rest');
      await sleep(POLL_MS);
      const now = this.#counts();
      if (JSON.stringify(now) !== JSON.stringify(last)) quietSince = performance.now();
      last = now;
    }
    return last;
  }

  async stop(): Promise<void> {
    await this.agent.stop();
    rmSync(this.#installation, { recursive: true, force: true });
  }

  #counts(): Counts {
    return readCounts(readFileSync(this.agent.logFile, 'utf8'));
  }
}
