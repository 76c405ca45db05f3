/** Scripts inside a container, over the Docker Engine API (agent/checks/docker.go). */
import http from 'node:http';
import { statusOf } from './script-probe.ts';
import { MAX_REPLY_BYTES } from './limits.ts';
import { TailBuffer, renderScriptOutput } from './output.ts';
import { critical, startDeadline } from './deadline.ts';
import { describeNetworkError } from './network-error.ts';
import type { DockerHost } from './docker-host.ts';
import type { CheckResult, Probe } from './check-runner.ts';

/** `args` run in the container as they are, without a shell. */
export interface DockerProbeOptions {
  readonly containerID: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
  readonly outputMaxBytes: number;
  /** Where the engine listens. */
  readonly host: DockerHost;
}

interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * Three calls: create the exec, start it and read its output, ask for its exit code. The engine
 * cannot stop an exec, so a command that outlives the time-out goes on inside the container.
 */
export class DockerProbe implements Probe {
  readonly #options: DockerProbeOptions;

  constructor(options: DockerProbeOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<CheckResult> {
    const { containerID, timeoutMs, host } = this.#options;
    const deadline = startDeadline(signal, timeoutMs);
    try {
      return await this.#exec(deadline.signal);
    } catch (thrown) {
      const reason = deadline.expired
        ? 'context deadline exceeded'
        : thrown instanceof DockerError
          ? thrown.message
          : 'socketPath' in host
            ? describeNetworkError(thrown, 'tcp', host.socketPath).replace('dial tcp', 'dial unix')
            : describeNetworkError(thrown, 'tcp', `${host.host}:${host.port}`);
      return critical(`docker exec failed for container ${containerID}: ${reason}`);
    } finally {
      deadline.release();
    }
  }

  async #exec(signal: AbortSignal): Promise<CheckResult> {
    const { containerID, args, outputMaxBytes } = this.#options;
    const container = encodeURIComponent(containerID);
    const created = await this.#request(signal, 'POST', `/containers/${container}/exec`, {
      AttachStdin: false,
      AttachStdout: true,
      AttachStderr: true,
      Tty: false,
      Cmd: args,
    });
    if (created.status >= 300) return critical(this.#refusal(created));
    const { Id: execID } = JSON.parse(created.body.toString('utf8')) as { Id: string };
    const output = new TailBuffer(outputMaxBytes);
    const frames = new FrameReader((payload) => output.push(payload));
    const start = { Detach: false, Tty: false };
    await this.#call(signal, 'POST', `/exec/${execID}/start`, start, (bytes) => frames.push(bytes));
    const inspected = await this.#call(signal, 'GET', `/exec/${execID}/json`);
    const { ExitCode: code } = JSON.parse(inspected.body.toString('utf8')) as {
      ExitCode: number | null;
    };
    return { status: statusOf(code), output: renderScriptOutput(output, outputMaxBytes) };
  }

  /** In Consul's words. */
  #refusal({ status, body }: Reply): string {
    const { containerID } = this.#options;
    if (status === 404) return `create exec failed for unknown container ${containerID}`;
    if (status === 409)
      return `create exec failed since container ${containerID} is paused or stopped`;
    return `create exec failed for container ${containerID} with status ${status}: ${body.toString('utf8').trim()}`;
  }

  async #call(
    signal: AbortSignal,
    method: string,
    path: string,
    body?: unknown,
    onBody?: (bytes: Buffer) => void,
  ): Promise<Reply> {
    const reply = await this.#request(signal, method, path, body, onBody);
    if (reply.status < 300) return reply;
    throw new DockerError(`${reply.status}: ${reply.body.toString('utf8').trim()}`);
  }

  /** @param onBody takes the body of an answer that says yes; without it the body is part of the reply */
  #request(
    signal: AbortSignal,
    method: string,
    path: string,
    body?: unknown,
    onBody?: (bytes: Buffer) => void,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        {
          ...this.#options.host,
          method,
          path,
          signal,
          agent: false,
          headers: { host: 'docker', 'content-type': 'application/json' },
        },
        (response) => {
          const { statusCode: status = 0 } = response;
          const chunks: Buffer[] = [];
          let received = 0;
          response.on('data', (chunk: Buffer) => {
            if (onBody !== undefined && status < 300) return onBody(chunk);
            received += chunk.length;
            if (received <= MAX_REPLY_BYTES) chunks.push(chunk);
          });
          response.on('end', () => resolve({ status, body: Buffer.concat(chunks) }));
          response.on('error', reject);
        },
      );
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

/** An answer of the engine that says no, in its own words. */
class DockerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DockerError';
  }
}

/** Of each frame of an attached stream. */
const HEADER_BYTES = 8;

/**
 * The payloads of an attached stream: frames of (stream, 0, 0, 0, length as 32 bits) and that
 * many bytes (Docker Engine API, "Attach to a container"), in pieces of any size. A payload is passed on as it comes.
 */
export class FrameReader {
  readonly #onPayload: (bytes: Buffer) => void;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #left = 0;

  constructor(onPayload: (bytes: Buffer) => void) {
    this.#onPayload = onPayload;
  }

  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#left > 0) {
        const payload = bytes.subarray(at, at + this.#left);
        this.#onPayload(payload);
        this.#left -= payload.length;
        at += payload.length;
        continue;
      }
      const taken = bytes.copy(this.#header, this.#headerBytes, at);
      this.#headerBytes += taken;
      at += taken;
      if (this.#headerBytes < HEADER_BYTES) return;
      this.#headerBytes = 0;
      this.#left = this.#header.readUInt32BE(4);
    }
  }
}
