/**
 * The embedded control plane: the same Worker and Durable Objects as on the edge, in a workerd child, with SQLite below
 * the data directory. It has a random secret for each start, handed over in the environment.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { PortTakenError } from './port-taken-error.ts';
import { DataDirLock } from './data-dir-lock.ts';
import {
  type ControlPlaneSettings,
  CA_CONFIG_VARIABLE,
  INITIAL_MANAGEMENT_VARIABLE,
  REPLICATION_TOKEN_VARIABLE,
  SECRET_VARIABLE,
  renderWorkerdConfig,
} from './workerd-config.ts';
import { WorkerdProcess, type WorkerdProcessOptions } from './workerd-process.ts';

export interface ControlPlaneOptions {
  readonly datacenter: string;
  readonly dataDir: string;
  /** Address and port on which the control plane serves links and /v1; port 0 lets the system choose. */
  readonly host: string;
  readonly port: number;
  readonly settings?: ControlPlaneSettings;
  readonly workerdBinary: string;
  /** The Worker's bundle. */
  readonly workerFile: string;
  readonly log: WorkerdProcessOptions['log'];
}

export class ControlPlane {
  readonly secret: string;
  /** A unix socket for this process, a third quicker than TCP; undefined where its path would be too long. */
  readonly localSocket: string | undefined;
  readonly #host: string;
  readonly #lock: DataDirLock;
  readonly #process: WorkerdProcess;

  private constructor(
    secret: string,
    host: string,
    localSocket: string | undefined,
    lock: DataDirLock,
    workerd: WorkerdProcess,
  ) {
    this.secret = secret;
    this.localSocket = localSocket;
    this.#host = host;
    this.#lock = lock;
    this.#process = workerd;
  }

  /** @throws DataDirInUseError, PortTakenError, Error with workerd's own words */
  static async start(options: ControlPlaneOptions): Promise<ControlPlane> {
    const lock = DataDirLock.acquire(options.dataDir);
    try {
      await refuseTakenPort(options.host, options.port);
      const directory = path.join(options.dataDir, 'control-plane');
      const storagePath = path.join(directory, 'storage');
      fs.mkdirSync(storagePath, { recursive: true, mode: 0o700 });
      fs.copyFileSync(options.workerFile, path.join(directory, 'worker.js'));
      const configPath = path.join(directory, 'workerd.capnp');
      fs.chmodSync(directory, 0o700);
      const localSocket = socketPathIn(directory);
      const listenAddress = `${options.host.includes(':') ? `[${options.host}]` : options.host}:${options.port}`;
      fs.writeFileSync(
        configPath,
        renderWorkerdConfig({
          datacenter: options.datacenter,
          listenAddress,
          localSocket,
          storagePath,
          settings: options.settings ?? {},
        }),
      );
      const secret = randomBytes(32).toString('base64url');
      const workerd = new WorkerdProcess({
        binary: options.workerdBinary,
        configPath,
        localSocket,
        env: {
          [SECRET_VARIABLE]: secret,
          [CA_CONFIG_VARIABLE]: JSON.stringify(options.settings?.connect?.caConfig ?? {}),
          [INITIAL_MANAGEMENT_VARIABLE]: options.settings?.acl?.initialManagement ?? '',
          [REPLICATION_TOKEN_VARIABLE]: options.settings?.acl?.replicationToken ?? '',
          PATH: process.env.PATH ?? '',
        },
        log: options.log,
      });
      await workerd.start();
      return new ControlPlane(secret, options.host, localSocket, lock, workerd);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get url(): string {
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host;
    return `http://${host}:${this.#process.port}`;
  }

  get port(): number {
    return this.#process.port;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get restarts(): number {
    return this.#process.restarts;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
    this.#lock.release();
  }
}

/** The address of a unix socket holds this many bytes, a closing zero included (sys/un.h; the smallest of all systems). */
const MAX_SOCKET_PATH = 104;

function socketPathIn(directory: string): string | undefined {
  const socket = path.resolve(directory, 'link.sock');
  return Buffer.byteLength(socket) < MAX_SOCKET_PATH ? socket : undefined;
}

/** workerd's own words for a taken port name neither the port nor a remedy. */
async function refuseTakenPort(host: string, port: number): Promise<void> {
  if (port === 0) return;
  await new Promise<void>((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new PortTakenError('control plane', host, port, '-server-port (ports.server)')
          : error,
      );
    });
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
