/** A control plane and two sidecars, each behind a proxy of ours: everything that a seed breaks, and its repair. */
import path from 'node:path';
import type { ControlPlane } from '../../sidecar/embedded/control-plane.ts';
import { ControlPlanes } from '../support/control-planes.ts';
import { HoldingProxy } from '../support/holding-proxy.ts';
import { type LictorProcess, LictorProcesses, type Ports } from '../support/lictor-process.ts';
import { type Target, callHTTP } from './http-call.ts';
import { SESSION_NODE } from './operations.ts';

const SIDECARS = ['n1', 'n2'] as const;
const READY_LIMIT_MS = 20_000;
const CALL_LIMIT_MS = 5_000;
const POLL_MS = 25;

interface Sidecar {
  readonly name: string;
  readonly directory: string;
  readonly proxy: HoldingProxy;
  ports: Ports;
  process: LictorProcess;
  isDown: boolean;
}

export class Cluster {
  readonly #planes = new ControlPlanes();
  readonly #processes = new LictorProcesses();
  readonly #sidecars: Sidecar[] = [];
  readonly #dataDir = this.#planes.temporaryDirectory();
  #plane!: ControlPlane;
  #workerProxy!: HoldingProxy;

  static async start(): Promise<Cluster> {
    const cluster = new Cluster();
    try {
      cluster.#plane = await cluster.#planes.start(cluster.#dataDir);
      cluster.#workerProxy = await cluster.#proxy();
      for (const name of SIDECARS) await cluster.#addSidecar(name);
      await cluster.ready();
      await cluster.#registerSessionNode();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** The two sidecars, then the Worker. */
  get targets(): Target[] {
    const worker = { base: this.#workerProxy.url, token: this.#plane.secret };
    return [...this.#sidecars.map(({ process }) => ({ base: process.base })), worker];
  }

  /** The links' proxies, then the one of the Worker's clients. */
  get proxies(): HoldingProxy[] {
    return [...this.#sidecars.map(({ proxy }) => proxy), this.#workerProxy];
  }

  get sidecarCount(): number {
    return this.#sidecars.length;
  }

  /** Resolves once it runs again. */
  async killWorkerd(): Promise<void> {
    const { pid, restarts } = this.#plane;
    if (pid === undefined) return;
    process.kill(-pid, 'SIGKILL');
    const deadline = Date.now() + READY_LIMIT_MS;
    while (this.#plane.restarts === restarts) {
      if (Date.now() > deadline) throw new Error('workerd did not come back');
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** It comes back after `downMs`. */
  async killSidecar(at: number, downMs: number): Promise<void> {
    const sidecar = this.#sidecars[at]!;
    if (sidecar.isDown) return;
    sidecar.isDown = true;
    sidecar.process.signal('SIGKILL');
    await sidecar.process.ended();
    await new Promise((resolve) => setTimeout(resolve, downMs));
    sidecar.process = await this.#spawn(sidecar);
    sidecar.isDown = false;
  }

  /** Resolves once every way in takes a write. */
  async ready(): Promise<void> {
    const deadline = Date.now() + READY_LIMIT_MS;
    for (const target of this.targets) {
      const request = { method: 'PUT', path: '/v1/kv/ready', body: String(deadline) } as const;
      for (;;) {
        const fate = await callHTTP(target, request, CALL_LIMIT_MS);
        if (typeof fate !== 'string' && fate.status === 200) break;
        if (Date.now() > deadline) throw new Error(`${target.base} takes no write: ${this.#words}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
  }

  /** Ends every program, and gives the directory of the datacenter's database, which `stop` removes. */
  async halt(): Promise<string> {
    await this.#processes.stopAll();
    await this.#plane.stop();
    return path.join(this.#dataDir, 'control-plane/storage');
  }

  async stop(): Promise<void> {
    await this.#processes.stopAll();
    await this.#planes.stopAll();
  }

  get #words(): string {
    return this.#sidecars.map(({ process }) => process.words).join('\n');
  }

  async #proxy(): Promise<HoldingProxy> {
    const proxy = await HoldingProxy.start(() => this.#plane.port);
    this.#processes.defer(() => proxy.stop());
    return proxy;
  }

  async #addSidecar(name: string): Promise<void> {
    const proxy = await this.#proxy();
    const directory = this.#processes.temporaryDirectory();
    const start = { name, directory, proxy };
    const process = await this.#spawn(start);
    this.#sidecars.push({ ...start, process, ports: process.ports, isDown: false });
  }

  #spawn({
    name,
    directory,
    proxy,
    ports,
  }: Pick<Sidecar, 'name' | 'directory' | 'proxy'> & { ports?: Ports }) {
    const args = [
      `-node=${name}`,
      `-data-dir=${directory}`,
      `-edge-url=${proxy.url}`,
      `-token=${this.#plane.secret}`,
      '-bind=127.0.0.1',
    ];
    return this.#processes.spawn('agent', args, ports === undefined ? {} : { ports });
  }

  async #registerSessionNode(): Promise<void> {
    const body = JSON.stringify({ Node: SESSION_NODE, Address: '192.0.2.1' });
    const request = { method: 'PUT', path: '/v1/catalog/register', body } as const;
    const fate = await callHTTP(this.targets[0]!, request, CALL_LIMIT_MS);
    if (typeof fate === 'string' || fate.status !== 200)
      throw new Error(`the sessions' node was not registered: ${JSON.stringify(fate)}`);
  }
}
