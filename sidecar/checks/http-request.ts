/** What an HTTP check sends. */
import type { HTTPTarget } from './http-target.ts';

export interface RequestParts {
  readonly method: string;
  readonly body: string;
  /** As they are sent; names differ in more than their case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Instead of the URL's; undefined for that. */
  readonly host: string | undefined;
}

/** Set by what is sent; Go leaves those of a definition out in the same way. */
const NOT_THEIRS = ['host', 'content-length', 'transfer-encoding', 'trailer', 'connection'];
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** These say the length of their body even when they have none (net/http does the same). */
const ALWAYS_WITH_LENGTH = ['POST', 'PUT', 'PATCH'];

/**
 * Go's sentence for a request that cannot be sent; null for a good one.
 *
 * @param isMethod what is wrong with the method is said without naming the request
 */
export function refuseParts({
  method,
  headers,
}: RequestParts): { reason: string; isMethod: boolean } | null {
  if (!TOKEN.test(method))
    return { reason: `net/http: invalid method "${method}"`, isMethod: true };
  for (const [name, values] of headers) {
    if (!TOKEN.test(name))
      return { reason: `net/http: invalid header field name "${name}"`, isMethod: false };
    // oxlint-disable-next-line no-control-regex
    if (values.some((value) => /[\x00-\x08\x0a-\x1f\x7f]/.test(value)))
      return { reason: `net/http: invalid header field value for "${name}"`, isMethod: false };
  }
  return null;
}

/** The defaults that Consul's checks have; a definition's fields replace them, whatever the case of their names. */
export function completeHeaders(
  own: Readonly<Record<string, readonly string[]>>,
): Pick<RequestParts, 'headers' | 'host'> {
  const headers = new Map<string, readonly string[]>();
  let host: string | undefined;
  const given = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const defaults = [
    ['User-Agent', 'Consul Health Check'],
    ['Accept', 'text/plain, text/*, */*'],
  ] as const;
  for (const [name, value] of defaults)
    if (!given.has(name.toLowerCase())) headers.set(name, [value]);
  for (const [name, values] of Object.entries(own)) {
    // Several values of Host make no request; the first counts.
    if (name.toLowerCase() === 'host') host = values[0] || undefined;
    else if (!NOT_THEIRS.includes(name.toLowerCase())) headers.set(name, values);
  }
  return { headers, host };
}

/** Whether an answer may come compressed: unless the definition has its own mind about that, as in net/http. */
export function acceptsGzip({ method, headers }: RequestParts): boolean {
  if (method === 'HEAD') return false;
  return !hasField({ headers }, 'accept-encoding') && !hasField({ headers }, 'range');
}

/** @param name in lower case */
export function hasField({ headers }: Pick<RequestParts, 'headers'>, name: string): boolean {
  for (const each of headers.keys()) if (each.toLowerCase() === name) return true;
  return false;
}

export function renderRequest(target: HTTPTarget, parts: RequestParts): Buffer {
  const { method, body, headers, host } = parts;
  const lines = [`${method} ${target.path} HTTP/1.1`, `Host: ${host ?? target.authority}`];
  for (const [name, values] of headers)
    for (const value of values) lines.push(`${name}: ${value.trim()}`);
  if (target.authorization !== undefined && !hasField(parts, 'authorization'))
    lines.push(`Authorization: ${target.authorization}`);
  const length = Buffer.byteLength(body);
  if (length > 0 || ALWAYS_WITH_LENGTH.includes(method)) lines.push(`Content-Length: ${length}`);
  if (acceptsGzip(parts)) lines.push('Accept-Encoding: gzip');
  lines.push('Connection: close');
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'utf8');
}
