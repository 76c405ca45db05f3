/** Control planes and links for tests: everything that was started is stopped, whatever a test does. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlPlane, type ControlPlaneOptions } from '../../sidecar/embedded/control-plane.ts';
import { ServerLink } from '../../sidecar/server-link/server-link.ts';
import type { CallOptions } from '../../http-api/server-rpc.ts';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const SILENT = { info: (): void => {}, warn: (): void => {}, error: (): void => {} };

/** workerd evicts an object that has been idle for ten seconds. */
export const LONGER_THAN_IDLE_MS = 13_000;

export const DEFAULT_CALL: CallOptions = {
  token: '',
  datacenter: '',
  consistency: 'default',
  cached: false,
};

/** Owns what a test starts; `stopAll` belongs into afterEach. */
export class ControlPlanes {
  readonly #stops: (() => Promise<void> | void)[] = [];

  temporaryDirectory(): string {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-test-'));
    this.#stops.push(() => fs.rmSync(directory, { recursive: true, force: true }));
    return directory;
  }

  async start(
    dataDir = this.temporaryDirectory(),
    port = 0,
    others: Partial<ControlPlaneOptions> = {},
  ): Promise<ControlPlane> {
    const platform = process.arch === 'arm64' ? 'linux-arm64' : 'linux-64';
    const controlPlane = await ControlPlane.start({
      datacenter: 'dc1',
      dataDir,
      host: '127.0.0.1',
      port,
      workerdBinary: path.join(ROOT, `node_modules/@cloudflare/workerd-${platform}/bin/workerd`),
      workerFile: path.join(ROOT, 'dist/worker.js'),
      log: SILENT,
      ...others,
    });
    this.#stops.push(() => controlPlane.stop());
    return controlPlane;
  }

  /** A sidecar's link; resolves once it is connected. */
  async link(
    controlPlane: Pick<ControlPlane, 'url' | 'secret'>,
    node: string,
    url = (): string => controlPlane.url,
    localSocket?: string,
  ): Promise<ServerLink> {
    const connected = Promise.withResolvers<void>();
    const link = new ServerLink(
      {
        dial: async () => ({
          url: url(),
          localSocket,
          authorization: `Bearer ${controlPlane.secret}`,
        }),
        nodeId: `id-of-${node}`,
        nodeName: node,
        epoch: crypto.randomUUID(),
        datacenterUUID: '',
        log: SILENT,
        datacenter: 'dc1',
        now: () => Date.now(),
      },
      {
        connected: () => connected.resolve(),
        disconnected: () => {},
        refused: (reason) => connected.reject(new Error(reason)),
      },
    );
    this.#stops.push(() => link.stop());
    link.start();
    await connected.promise;
    return link;
  }

  defer(stop: () => Promise<void> | void): void {
    this.#stops.push(stop);
  }

  /** In the reverse order of the starts. */
  async stopAll(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }
}

/** A request to the Worker itself, with the secret. */
export function fetchWorker(
  controlPlane: ControlPlane,
  target: string,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${controlPlane.url}${target}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), 'x-consul-token': controlPlane.secret },
  });
}
