/**
 * The Worker as it stands on the edge, played by a workerd that no agent has started: with a secret of its own or none, on
 * a port that stays, and with data that outlives it.
 */
import fs from 'node:fs';
import path from 'node:path';
import {
  type ControlPlaneSettings,
  SECRET_VARIABLE,
  renderWorkerdConfig,
} from '../../sidecar/embedded/workerd-config.ts';
import { WorkerdProcess } from '../../sidecar/embedded/workerd-process.ts';
import { workerdBinary } from '../../sidecar/lib/installation.ts';
import { freePorts } from './free-ports.ts';
import { ROOT } from './lictor-process.ts';

export interface DeployOptions {
  /** An address of this machine. */
  readonly host?: string;
  readonly settings?: ControlPlaneSettings;
  /** No limit but the machine's without it; whoever needs more ends the process. */
  readonly heapMB?: number;
}

const SILENT = { info: (): void => {}, warn: (): void => {}, error: (): void => {} };

export class DeployedWorker {
  readonly url: string;
  readonly port: number;
  readonly secret: string | undefined;
  readonly #configPath: string;
  #process: WorkerdProcess | null = null;

  private constructor(directory: string, host: string, port: number, secret: string | undefined) {
    this.port = port;
    this.url = `http://${host}:${port}`;
    this.secret = secret;
    this.#configPath = path.join(directory, 'workerd.capnp');
  }

  /** @param secret undefined for a deployment that nobody has given one */
  static async start(
    directory: string,
    secret: string | undefined,
    { host = '127.0.0.1', settings = {}, heapMB }: DeployOptions = {},
  ): Promise<DeployedWorker> {
    const [port = 0] = await freePorts(1);
    const worker = new DeployedWorker(directory, host, port, secret);
    const storagePath = path.join(directory, 'storage');
    fs.mkdirSync(storagePath, { recursive: true });
    fs.copyFileSync(path.join(ROOT, 'dist/worker.js'), path.join(directory, 'worker.js'));
    const listenAddress = `${host}:${port}`;
    const options = { datacenter: 'dc1', listenAddress, storagePath, settings };
    fs.writeFileSync(worker.#configPath, limitHeap(renderWorkerdConfig(options), heapMB));
    await worker.start();
    return worker;
  }

  /** Once more, after `stop`: with the same data, under the same URL. */
  async start(): Promise<void> {
    const secret: Record<string, string> =
      this.secret === undefined ? {} : { [SECRET_VARIABLE]: this.secret };
    this.#process = new WorkerdProcess({
      binary: workerdBinary(),
      configPath: this.#configPath,
      env: { PATH: process.env['PATH'] ?? '', ...secret },
      log: SILENT,
    });
    await this.#process.start();
  }

  /** The leader of its process group; undefined while it does not run. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** How often it came back by itself after it was killed. */
  get restarts(): number {
    return this.#process?.restarts ?? 0;
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = null;
  }

  /** A request to the Worker itself. @param token the deployment's secret unless given */
  fetch(target: string, init: RequestInit = {}, token = this.secret ?? ''): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string>) };
    if (token !== '') headers['x-consul-token'] = token;
    return fetch(this.url + target, { ...init, headers });
  }
}

function limitHeap(config: string, heapMB: number | undefined): string {
  if (heapMB === undefined) return config;
  const start = 'const config :Workerd.Config = (';
  if (!config.includes(start)) throw new Error('the configuration does not begin as it did');
  return config.replace(start, `${start}\n  v8Flags = ["--max-heap-size=${heapMB}"],`);
}
