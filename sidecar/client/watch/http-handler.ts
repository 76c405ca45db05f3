/** Sends each change to a URL: the reading as JSON, the position in X-Consul-Index. */
import type { RequestOptions } from 'node:https';
import { parseDuration } from '../../../protocol/duration.ts';
import { renderJSON } from '../json.ts';
import { WatchParameterError } from './watch-parameters.ts';
import type { WatchPosition } from './watch-source.ts';

/** `http_handler_config` of a watch in a configuration file. */
export interface HTTPHandlerConfig {
  readonly path: string;
  readonly method?: string;
  readonly header?: Readonly<Record<string, readonly string[]>>;
  /** Go duration string, or nanoseconds as Go decodes a number. */
  readonly timeout?: string | number;
  readonly tls_skip_verify?: boolean;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const NANOSECONDS_PER_MS = 1e6;

export class HTTPHandler {
  readonly #config: HTTPHandlerConfig;
  readonly #timeoutMs: number;

  /** Throws WatchParameterError. */
  constructor(config: HTTPHandlerConfig) {
    if (!config.path) {
      throw new WatchParameterError("Requires 'path' to be set in 'http_handler_config'");
    }
    this.#config = config;
    this.#timeoutMs = parseTimeout(config.timeout);
  }

  /** Resolves on any 2xx answer, rejects with what else happened. The answer's body is not used. */
  send(value: unknown, position: WatchPosition, signal?: AbortSignal): Promise<void> {
    const { path, method, header, tls_skip_verify: skipVerify } = this.#config;
    const url = new URL(path);
    const secure = url.protocol === 'https:';
    const limit = AbortSignal.timeout(this.#timeoutMs);
    const options: RequestOptions = {
      method: method ?? 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Consul-Index': position,
        ...Object.fromEntries(
          Object.entries(header ?? {}).map(([name, values]) => [name, values.join(', ')]),
        ),
      },
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      ...(secure && skipVerify ? { rejectUnauthorized: false } : {}),
    };
    // See loadHTTP in http-client.ts for why this is no import.
    const { request } = secure
      ? process.getBuiltinModule('node:https')
      : process.getBuiltinModule('node:http');
    return new Promise((resolve, reject) => {
      const outgoing = request(url, options, (answer) => {
        const status = answer.statusCode ?? 0;
        answer.resume();
        answer.once('error', reject);
        answer.once('end', () => {
          if (status >= 200 && status < 300) resolve();
          else reject(new Error(`watch handler at ${path} answered ${status}`));
        });
      });
      outgoing.once('error', reject);
      outgoing.end(renderJSON(value));
    });
  }
}

function parseTimeout(timeout: string | number | undefined): number {
  if (timeout === undefined) return DEFAULT_TIMEOUT_MS;
  const ms = typeof timeout === 'number' ? timeout / NANOSECONDS_PER_MS : parseDuration(timeout);
  if (ms === null || ms <= 0) {
    throw new WatchParameterError(`invalid timeout in 'http_handler_config': ${timeout}`);
  }
  return ms;
}
