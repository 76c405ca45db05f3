/** HTTP and HTTPS checks (agent/checks/check.go, CheckHTTP). */
import { quote } from '../../http-api/quote.ts';
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import { HandshakeError } from './dial.ts';
import { BodyTail } from './http-body.ts';
import { ClosedWithoutAnswer, exchange } from './http-exchange.ts';
import {
  type RequestParts,
  acceptsGzip,
  completeHeaders,
  refuseParts,
  renderRequest,
} from './http-request.ts';
import { type HTTPTarget, TargetError, parseTarget } from './http-target.ts';
import { MalformedResponse, type ResponseHead } from './http-response.ts';
import { type Hop, followRedirect } from './http-redirect.ts';
import { critical, startDeadline } from './deadline.ts';
import { describeNetworkError, hostPort } from './network-error.ts';
import type { CheckResult, Probe } from './check-runner.ts';
import type { Deadline } from './deadline.ts';
import type { TLSOptions } from './tls-options.ts';

export interface HTTPProbeOptions {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly followRedirects: boolean;
  readonly timeoutMs: number;
  readonly outputMaxBytes: number;
  readonly tls: TLSOptions;
}

/**
 * Answers 2xx pass, 429 warns, all others are critical. The output quotes method, URL, status and
 * the end of the body. Proxy settings of the environment are not looked at: a check concerns what
 * this host can reach itself.
 */
export class HTTPProbe implements Probe {
  readonly #options: HTTPProbeOptions;
  /** The same at every run; a definition that makes no request has its verdict instead. */
  readonly #first: Hop | CheckResult;

  constructor(options: HTTPProbeOptions) {
    this.#options = options;
    this.#first = prepare(options);
  }

  async run(signal: AbortSignal): Promise<CheckResult> {
    if ('status' in this.#first) return this.#first;
    const deadline = startDeadline(signal, this.#options.timeoutMs);
    let hop = this.#first;
    try {
      for (;;) {
        const body = new BodyTail(this.#options.outputMaxBytes);
        const { tls } = this.#options;
        const onBody = (bytes: Buffer): boolean => body.push(bytes);
        const head = await exchange(hop, { tls, deadline, onBody });
        const next = this.#options.followRedirects ? followRedirect(hop, head) : null;
        if (next === null) return await this.#conclude(head, body, hop.parts);
        if ('failure' in next) return critical(next.failure);
        hop = next;
      }
    } catch (thrown) {
      return critical(describeFailure(hop, thrown, deadline));
    } finally {
      deadline.release();
    }
  }

  async #conclude(head: ResponseHead, body: BodyTail, parts: RequestParts): Promise<CheckResult> {
    const { url, method } = this.#options;
    const isZipped = acceptsGzip(parts) && head.headers.get('content-encoding') === 'gzip';
    const text = isZipped ? await body.unzip() : body.text();
    const output = `HTTP ${method} ${url}: ${head.status} Output: ${text}`;
    return { status: statusOf(head.statusCode), output };
  }
}

function prepare({ url, method, headers, body }: HTTPProbeOptions): Hop | CheckResult {
  const parts = { method, body, ...completeHeaders(headers) };
  const refusal = refuseParts(parts);
  if (refusal?.isMethod) return critical(refusal.reason);
  let target: HTTPTarget;
  try {
    target = parseTarget(url);
  } catch (thrown) {
    if (!(thrown instanceof TargetError)) throw thrown;
    return critical(
      thrown.isParse ? thrown.message : `${goVerb(method)} ${quote(url)}: ${thrown.message}`,
    );
  }
  if (refusal !== null)
    return critical(`${goVerb(method)} ${quote(target.url)}: ${refusal.reason}`);
  return { target, method, parts, bytes: renderRequest(target, parts), redirects: 0 };
}

function describeFailure({ target, method }: Hop, thrown: unknown, deadline: Deadline): string {
  return `${goVerb(method)} ${quote(target.url)}: ${reasonOf(target, thrown, deadline)}`;
}

function reasonOf({ host, port }: HTTPTarget, thrown: unknown, { expired }: Deadline): string {
  if (expired) return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  if (thrown instanceof ClosedWithoutAnswer) return thrown.message;
  if (thrown instanceof MalformedResponse)
    return `net/http: HTTP/1.x transport connection broken: ${thrown.message}`;
  if (!(thrown instanceof HandshakeError))
    return describeNetworkError(thrown, 'tcp', hostPort(host, port));
  return thrown.message === 'tls: first record does not look like a TLS handshake'
    ? 'http: server gave HTTP response to HTTPS client'
    : thrown.message;
}

/** 429 says "too busy", which is less than broken. */
function statusOf(code: number): CheckStatus {
  if (code >= 200 && code < 300) return 'passing';
  return code === 429 ? 'warning' : 'critical';
}

/** Go's client writes "Get" where the request says GET. */
export const goVerb = (method: string): string =>
  method.charAt(0).toUpperCase() + method.slice(1).toLowerCase();
