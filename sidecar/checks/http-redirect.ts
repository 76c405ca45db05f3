/** How an HTTP check goes on after a redirect, as Go's client does. */
import { quote } from '../../http-api/quote.ts';
import { MAX_REDIRECTS } from './limits.ts';
import { type RequestParts, renderRequest } from './http-request.ts';
import { type HTTPTarget, TargetError, resolveLocation } from './http-target.ts';
import type { HTTPRequest } from './http-exchange.ts';
import type { ResponseHead } from './http-response.ts';

/** One request of a chain of redirects. */
export interface Hop extends HTTPRequest {
  /** How many led here. */
  readonly redirects: number;
}

/** 304 is no redirect, nor is 300 without a choice that a program could make. */
const REDIRECTS = [301, 302, 303, 307, 308];
/** Fields that must not reach another host than the one they were written for. */
const PRIVATE = ['authorization', 'www-authenticate', 'cookie', 'cookie2'];

/** Null for an answer that is no redirect; `failure` is the whole output of a check that cannot go on. */
export function followRedirect(from: Hop, head: ResponseHead): Hop | { failure: string } | null {
  const location = head.headers.get('location');
  if (!REDIRECTS.includes(head.statusCode) || !location) return null;
  const fail = (url: string, reason: string): { failure: string } => ({
    failure: `${from.method === 'HEAD' ? 'Head' : 'Get'} ${quote(url)}: ${reason}`,
  });
  if (from.redirects >= MAX_REDIRECTS)
    return fail(location, `stopped after ${MAX_REDIRECTS} redirects`);
  let target: HTTPTarget;
  try {
    target = resolveLocation(from.target, location);
  } catch (thrown) {
    // Of a relative one, URL's own error: nothing that a definition could mend.
    const { message } = thrown as Error;
    const isURL = thrown instanceof TargetError && !thrown.isParse;
    return isURL
      ? fail(location, message)
      : fail(from.target.url, `failed to parse Location header ${quote(location)}: ${message}`);
  }
  return nextHop(from, target, head.statusCode, location);
}

/** Methods become GET where browsers and Go make them so (RFC 9110, section 15.4). */
function nextHop(from: Hop, target: HTTPTarget, code: number, location: string): Hop {
  const { method, parts, redirects } = from;
  const keepsMethod = code === 307 || code === 308 || method === 'GET' || method === 'HEAD';
  const isSameHost = target.host === from.target.host && target.port === from.target.port;
  const isRelative = !/^[a-z][a-z0-9+.-]*:/i.test(location);
  const headers = new Map(parts.headers);
  for (const name of parts.headers.keys())
    if (!isSameHost && PRIVATE.includes(name.toLowerCase())) headers.delete(name);
  // Where it comes from, unless that was said in confidence.
  if (!from.target.secure || target.secure) headers.set('Referer', [from.target.url]);
  const next: RequestParts = {
    method: keepsMethod ? method : 'GET',
    body: keepsMethod ? parts.body : '',
    headers,
    host: isRelative ? parts.host : undefined,
  };
  const bytes = renderRequest(target, next);
  return { target, method: next.method, parts: next, bytes, redirects: redirects + 1 };
}
