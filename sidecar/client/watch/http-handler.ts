/** Sends each change to a URL: the reading as JSON, the position in X-Consul-Index (Consul: agent/watch_handler.go). */
import { parseDuration } from '../../../protocol/duration.ts';
import { renderJSON } from '../json.ts';
import type { WatchPosition } from './watch-source.ts';

/** As `http_handler_config` has it. */
export interface HTTPHandlerConfig {
  /** The URL. */
  readonly path: string;
  readonly method?: string;
  /** Go duration. */
  readonly timeout?: string;
  readonly header?: Readonly<Record<string, string | readonly string[]>>;
  readonly tls_skip_verify?: boolean;
}

export interface HandlerAnswer {
  readonly status: number;
  /** The end of the body. */
  readonly output: string;
}

/** Of what a handler says, the end is kept: Consul's WatchBufSize. */
const MAX_OUTPUT_BYTES = 4 * 1024;
const DEFAULT_TIMEOUT_MS = 10_000;

/** @throws Error when there is no answer in time, or the signal ended it */
export function sendReading(
  config: HTTPHandlerConfig,
  value: unknown,
  position: WatchPosition,
  signal: AbortSignal,
): Promise<HandlerAnswer> {
  const { path, method = 'POST', timeout, header = {}, tls_skip_verify: skip } = config;
  const { request } = process.getBuiltinModule(
    path.startsWith('https:') ? 'node:https' : 'node:http',
  );
  const timeoutMs = parseDuration(timeout ?? '') || DEFAULT_TIMEOUT_MS;
  const body = `${renderJSON(value)}\n`;
  const headers: Record<string, string | string[]> = { 'Content-Type': 'application/json' };
  for (const [name, values] of Object.entries(header)) headers[name] = values as string[];
  headers['X-Consul-Index'] = position;
  headers['Content-Length'] = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const outgoing = request(path, {
      method,
      headers,
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      rejectUnauthorized: skip !== true,
    });
    outgoing.once('error', reject);
    outgoing.once('response', (message) => {
      let output: Buffer = Buffer.alloc(0);
      message.on('data', (chunk: Buffer) => {
        output = Buffer.concat([output, chunk]).subarray(-MAX_OUTPUT_BYTES);
      });
      message.once('error', reject);
      message.once('end', () => {
        resolve({ status: message.statusCode ?? 0, output: output.toString('utf8') });
      });
    });
    outgoing.end(body);
  });
}
