/**
 * Twenty rounds of `kill -9` and broken links in a stream of writes, of workerd and of the sidecar, also between commit and
 * reply: no acknowledged write is lost and none is applied twice.
 *
 * Writers put values that nobody puts twice. The key's history then shows what was applied, how often and in which
 * order: a write that was sent again and applied again would stand in it twice, with others in between.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { KVHistory } from '../../protocol/types/history.ts';
import { DeployedWorker } from '../support/deployed-worker.ts';
import { HoldingProxy } from '../support/holding-proxy.ts';
import { type LictorProcess, LictorProcesses, type Ports } from '../support/lictor-process.ts';

const SECRET = 'the-deployment-secret';
const KEY = '/v1/kv/stream';
const ROUNDS = 20;
const WRITERS = 4;
/** Writes that must pass before and after each round: it strikes a stream, and the stream goes on. */
const WRITES_BETWEEN = 12;
const WRITE_TIMEOUT_MS = 30_000;

const processes = new LictorProcesses();
afterEach(() => processes.stopAll());

/** Writers that never stop, whatever happens to what they write to. */
class Stream {
  readonly acknowledged: string[] = [];
  /** Of these nobody knows: the connection broke before there was an answer. */
  readonly unknown = new Set<string>();
  readonly #base: () => string;
  readonly #writers: Promise<void>[];
  #isStopped = false;

  constructor(base: () => string) {
    this.#base = base;
    this.#writers = Array.from({ length: WRITERS }, (_, writer) => this.#write(writer));
  }

  /** Resolves once so many more writes are acknowledged. */
  async advance(count: number): Promise<void> {
    const wanted = this.acknowledged.length + count;
    await expect
      .poll(() => this.acknowledged.length, { timeout: 30_000, interval: 10 })
      .toBeGreaterThanOrEqual(wanted);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#writers);
  }

  async #write(writer: number): Promise<void> {
    for (let n = 0; !this.#isStopped; n++) {
      const body = `${writer}:${n}`;
      try {
        const signal = AbortSignal.timeout(WRITE_TIMEOUT_MS);
        const answer = await fetch(this.#base() + KEY, { method: 'PUT', body, signal });
        if ((await answer.text()) !== 'true') throw new Error(`status ${answer.status}`);
        this.acknowledged.push(body);
      } catch {
        this.unknown.add(body);
        await sleep(10);
      }
    }
  }
}

class Scene {
  readonly worker: DeployedWorker;
  readonly proxy: HoldingProxy;
  readonly #dataDir = processes.temporaryDirectory();
  #agent: LictorProcess | null = null;
  #ports: Partial<Ports> = {};

  private constructor(worker: DeployedWorker, proxy: HoldingProxy) {
    this.worker = worker;
    this.proxy = proxy;
  }

  static async start(): Promise<Scene> {
    const worker = await DeployedWorker.start(processes.temporaryDirectory(), SECRET);
    processes.defer(() => worker.stop());
    const proxy = await HoldingProxy.start(() => worker.port);
    processes.defer(() => proxy.stop());
    const scene = new Scene(worker, proxy);
    await scene.startAgent();
    return scene;
  }

  get base(): string {
    return `http://127.0.0.1:${this.#ports.http}`;
  }

  async startAgent(): Promise<void> {
    const args = [
      `-edge-url=${this.proxy.url}`,
      `-token=${SECRET}`,
      `-data-dir=${this.#dataDir}`,
      '-node=host-1',
      '-bind=127.0.0.1',
    ];
    this.#agent = await processes.start('agent', args, { ports: this.#ports });
    this.#ports = this.#agent.ports;
  }

  async killAgent(): Promise<void> {
    this.#agent!.signal('SIGKILL');
    await this.#agent!.ended();
  }

  async killWorkerd(): Promise<void> {
    const { restarts } = this.worker;
    process.kill(-this.worker.pid!, 'SIGKILL');
    await expect.poll(() => this.worker.restarts, { timeout: 10_000 }).toBe(restarts + 1);
  }

  /** From now on replies are held; resolves once a write is committed that nobody was told of. */
  async holdAfterCommit({ acknowledged }: Stream): Promise<void> {
    this.proxy.hold();
    await expect
      .poll(async () => {
        const value = await (await this.worker.fetch(`${KEY}?raw`)).text();
        return acknowledged.includes(value) ? 'acknowledged' : 'committed';
      })
      .toBe('committed');
  }

  /** What was applied, the oldest first. */
  async history(): Promise<string[]> {
    const values: string[] = [];
    for (let start = ''; ;) {
      const answer = await this.worker.fetch(`${KEY}?history${start}`);
      const { Entries, Next, Trimmed } = (await answer.json()) as KVHistory;
      expect(Trimmed).toBe(false);
      for (const { Pair } of Entries) values.push(Buffer.from(Pair!.Value!, 'base64').toString());
      if (Next === 0) return values.toReversed();
      start = `&start=${Next}`;
    }
  }
}

/** What strikes, and whether writers may be left without an answer: only who loses the sidecar itself is. */
const KINDS: [name: string, strike: (scene: Scene, stream: Stream) => Promise<void>][] = [
  ['workerd dies', (scene) => scene.killWorkerd()],
  ['the sidecar dies', (scene) => killSidecar(scene)],
  [
    'workerd dies between commit and reply',
    async (scene, stream) => {
      await scene.holdAfterCommit(stream);
      await scene.killWorkerd();
      scene.proxy.cut();
    },
  ],
  [
    'the sidecar dies between commit and reply',
    async (scene, stream) => {
      await scene.holdAfterCommit(stream);
      await scene.killAgent();
      scene.proxy.cut();
      await scene.startAgent();
    },
  ],
  [
    'the link breaks between commit and reply',
    async (scene, stream) => {
      await scene.holdAfterCommit(stream);
      scene.proxy.cut();
    },
  ],
];

async function killSidecar(scene: Scene): Promise<void> {
  await scene.killAgent();
  await scene.startAgent();
}

describe('twenty rounds', () => {
  it('lose no acknowledged write and apply none twice', { timeout: 180_000 }, async () => {
    const scene = await Scene.start();
    const stream = new Stream(() => scene.base);
    for (let round = 0; round < ROUNDS; round++) {
      const [name, strike] = KINDS[round % KINDS.length]!;
      await stream.advance(WRITES_BETWEEN);
      const unknown = stream.unknown.size;
      await strike(scene, stream);
      await stream.advance(WRITES_BETWEEN);
      const left = stream.unknown.size - unknown;
      // Whatever happens behind the sidecar, its clients get their answers; who loses the sidecar itself does not.
      if (name.startsWith('the sidecar')) expect(left).toBeGreaterThan(0);
      else expect([name, left]).toEqual([name, 0]);
    }
    await stream.stop();

    const applied = await scene.history();
    const places = new Map(applied.map((value, at) => [value, at]));
    // Twice in the history is once too often.
    expect(places.size).toBe(applied.length);
    expect(stream.acknowledged.filter((value) => !places.has(value))).toEqual([]);
    const known = new Set([...stream.acknowledged, ...stream.unknown]);
    expect(applied.filter((value) => !known.has(value))).toEqual([]);
    // Each writer waited for its answer before it wrote again.
    for (let writer = 0; writer < WRITERS; writer++) {
      const own = applied.filter((value) => value.startsWith(`${writer}:`));
      const numbers = own.map((value) => Number(value.split(':')[1]));
      const acknowledged = numbers.filter((n) => !stream.unknown.has(`${writer}:${n}`));
      expect(acknowledged).toEqual(acknowledged.toSorted((a, b) => a - b));
    }
    expect(stream.acknowledged.length).toBeGreaterThanOrEqual(2 * WRITES_BETWEEN * ROUNDS);
  });
});
