/** HTTP and HTTPS checks (agent/checks/check.go, CheckHTTP). */
import http from 'node:http';
import https from 'node:https';
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import { MAX_BODY_BYTES, MAX_HTTP_SOCKETS, MAX_REDIRECTS } from './limits.ts';
import { TailBuffer } from './output.ts';
import { critical, startDeadline } from './deadline.ts';
import { describeNetworkError, isNotTLS } from './network-error.ts';
import type { CheckResult, Probe } from './check-runner.ts';
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
  readonly agents: HTTPAgents;
}

/** The sockets that all HTTP checks of a host share. */
export interface HTTPAgents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/**
 * Sockets are not kept: a service that accepts no new connection must fail its check, even while
 * an old connection still works (Consul closes them for the same reason).
 */
export function createHTTPAgents(): HTTPAgents {
  const options = { keepAlive: false, maxTotalSockets: MAX_HTTP_SOCKETS };
  return { http: new http.Agent(options), https: new https.Agent(options) };
}

/** One request of a chain of redirects. */
interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly body: string;
  readonly headers: Record<string, string | string[]>;
}

/**
 * Answers 2xx pass, 429 warns, all others are critical. The output quotes method, URL, status and
 * the end of the body. Proxy settings of the environment are not looked at: a check concerns what
 * this host can reach itself.
 */
export class HTTPProbe implements Probe {
  readonly #options: HTTPProbeOptions;

  constructor(options: HTTPProbeOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<CheckResult> {
    const { url, method, timeoutMs } = this.#options;
    const refusal = refuseURL(url, method);
    if (refusal !== null) return critical(refusal);
    const deadline = startDeadline(signal, timeoutMs);
    try {
      return await this.#follow(deadline.signal);
    } catch (thrown) {
      const reason = deadline.expired
        ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
        : isNotTLS(thrown)
          ? 'http: server gave HTTP response to HTTPS client'
          : describeNetworkError(thrown, 'tcp', new URL(url).host);
      return critical(`${goVerb(method)} "${url}": ${reason}`);
    } finally {
      deadline.release();
    }
  }

  async #follow(signal: AbortSignal): Promise<CheckResult> {
    const { url, method, body, followRedirects } = this.#options;
    let hop: Hop = { url: new URL(url), method, body, headers: this.#headers() };
    for (let redirects = 0; ; redirects++) {
      const response = await send(hop, this.#options, signal);
      const location = followRedirects ? redirectTarget(response) : undefined;
      if (location === undefined) return this.#conclude(response);
      response.resume();
      if (redirects >= MAX_REDIRECTS) {
        return critical(
          `${goVerb(hop.method)} "${location}": stopped after ${MAX_REDIRECTS} redirects`,
        );
      }
      hop = nextHop(hop, new URL(location, hop.url), response.statusCode!);
    }
  }

  #headers(): Record<string, string | string[]> {
    const headers: Record<string, string | string[]> = {
      'user-agent': 'Consul Health Check',
      accept: 'text/plain, text/*, */*',
    };
    for (const [name, values] of Object.entries(this.#options.headers)) {
      const lower = name.toLowerCase();
      // Several values of Host make no request; the first counts.
      headers[lower] = lower === 'host' ? (values[0] ?? '') : [...values];
    }
    return headers;
  }

  async #conclude(response: http.IncomingMessage): Promise<CheckResult> {
    const { url, method, outputMaxBytes } = this.#options;
    const body = new TailBuffer(outputMaxBytes);
    for await (const chunk of response) {
      body.push(chunk as Buffer);
      if (body.totalBytes > MAX_BODY_BYTES) break;
    }
    const status = `${response.statusCode} ${response.statusMessage ?? ''}`.trimEnd();
    return {
      status: statusOf(response.statusCode!),
      output: `HTTP ${method} ${url}: ${status} Output: ${body.text()}`,
    };
  }
}

/** 429 says "too busy", which is less than broken. */
function statusOf(code: number): CheckStatus {
  if (code >= 200 && code < 300) return 'passing';
  return code === 429 ? 'warning' : 'critical';
}

/** Resolves with the head of the answer; the body is still to be read or to be thrown away. */
function send(
  hop: Hop,
  options: HTTPProbeOptions,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const secure = hop.url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(hop.url, {
      method: hop.method,
      headers: hop.headers,
      signal,
      agent: secure ? options.agents.https : options.agents.http,
      ...(secure ? options.tls : {}),
    });
    request.once('response', resolve);
    // Stays: after the response an abort is reported here as well as on the response.
    request.on('error', reject);
    request.end(hop.body === '' ? undefined : hop.body);
  });
}

/** 304 is no redirect, nor is 300 without a choice that a program could make. */
function redirectTarget(response: http.IncomingMessage): string | undefined {
  const redirects = [301, 302, 303, 307, 308];
  return redirects.includes(response.statusCode!) ? response.headers.location : undefined;
}

/**
 * Headers that must not reach another host than the one they were written for (net/http does the
 * same).
 */
const PRIVATE_HEADERS = ['authorization', 'www-authenticate', 'cookie', 'cookie2', 'host'];

/** Methods become GET where browsers and Go make them so (RFC 9110, section 15.4). */
function nextHop(from: Hop, url: URL, code: number): Hop {
  const keepsMethod =
    code === 307 || code === 308 || from.method === 'GET' || from.method === 'HEAD';
  const headers = { ...from.headers };
  if (url.host !== from.url.host) for (const name of PRIVATE_HEADERS) delete headers[name];
  return {
    url,
    headers,
    method: keepsMethod ? from.method : 'GET',
    body: keepsMethod ? from.body : '',
  };
}

/** Go's sentences for URLs that no request can be made of. Null for a good one. */
function refuseURL(url: string, method: string): string | null {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    return url.startsWith(':')
      ? `parse "${url}": missing protocol scheme`
      : `${goVerb(method)} "${url}": unsupported protocol scheme ""`;
  }
  if (scheme !== 'http' && scheme !== 'https') {
    return `${goVerb(method)} "${url}": unsupported protocol scheme "${scheme}"`;
  }
  return URL.canParse(url) ? null : `parse "${url}": invalid URL`;
}

/** Go's client writes "Get" where the request says GET. */
const goVerb = (method: string): string => method.charAt(0) + method.slice(1).toLowerCase();
