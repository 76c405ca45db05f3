/** One of the two agents: sends steps to it and keeps what its answers are referred to by. */
import http from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Answer, Step } from './step.ts';

/** Longer than any wait that a grammar asks for; a request that hangs is a finding, not the end of the run. */
const ANSWER_LIMIT_MS = 8_000;

/** As nearly every client; without it Consul forgets some headers of its 404s. */
const CLIENT_HEADERS: Record<string, string> = { 'accept-encoding': 'gzip' };

export class Side {
  readonly name: string;
  readonly base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 20 });
  #saved = new Map<string, string>();

  /** @param token of steps that say no other */
  constructor(name: string, base: string, token?: string) {
    this.name = name;
    this.base = base;
    this.#headers =
      token === undefined ? CLIENT_HEADERS : { ...CLIENT_HEADERS, 'x-consul-token': token };
  }

  /**
   * Forgets what was saved; a sequence refers to its own answers only.
   *
   * @returns an index below all that the sequence will cause, and above all others
   */
  async begin(): Promise<number> {
    this.#saved = new Map();
    const path = '/v1/kv/begin';
    await this.send({ method: 'PUT', path });
    const { body } = await this.send({ method: 'GET', path });
    await this.send({ method: 'DELETE', path });
    return Number(/"ModifyIndex":(\d+)/.exec(body)?.[1]);
  }

  async send(step: Step): Promise<Answer> {
    const body =
      step.body === undefined || typeof step.body === 'string'
        ? step.body
        : JSON.stringify(step.body);
    const { method, headers } = step;
    const answer = await this.#request({
      method,
      ...(headers === undefined ? {} : { headers }),
      path: this.#resolve(step.path),
      ...(body === undefined ? {} : { body: this.#resolve(body) }),
    });
    if (step.save !== undefined) this.#save(step.save, answer.body);
    return answer;
  }

  stop(): void {
    this.#agent.destroy();
  }

  #resolve(text: string): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => this.#saved.get(name) ?? whole);
  }

  #save(name: string, body: string): void {
    const id = /"ID":\s*"([^"]+)"/.exec(body)?.[1];
    if (id !== undefined) this.#saved.set(name, id);
  }

  #request(step: Omit<Step, 'body'> & { body?: string }): Promise<Answer> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const failed = (error: Error): void =>
      resolve({ status: 0, headers: {}, body: `no answer: ${error.message}` });
    const options = {
      method: step.method,
      headers: { ...this.#headers, ...step.headers } as Record<string, string>,
      agent: this.#agent,
    };
    if (step.body !== undefined)
      options.headers['content-length'] = String(Buffer.byteLength(step.body));
    const url = new URL(this.base);
    const request = http.request(
      { ...options, host: url.hostname, port: url.port, path: step.path },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', failed);
        response.on('end', () => {
          const bytes = Buffer.concat(parts);
          const isPacked = response.headers['content-encoding'] === 'gzip';
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string>,
            body: (isPacked ? gunzipSync(bytes) : bytes).toString('utf8'),
          });
        });
      },
    );
    request.setTimeout(ANSWER_LIMIT_MS, () => request.destroy(new Error('too late')));
    request.on('error', failed);
    request.end(step.body);
    return promise;
  }
}
