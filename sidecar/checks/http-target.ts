/** URLs of HTTP checks, read as Go's net/url reads them, with its sentences for what is wrong. */
import { domainToASCII } from 'node:url';
import { quote } from '../../http-api/quote.ts';

export interface HTTPTarget {
  /** As errors name it: without its password. */
  readonly url: string;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Host and port as the URL has them: the Host header. */
  readonly authority: string;
  /** Path and query as they stand in the request line. */
  readonly path: string;
  /** The Authorization header of a URL with a user. */
  readonly authorization?: string;
}

/** What is wrong with a URL. `isParse`: the text is no URL, so that no request was made of it. */
export class TargetError extends Error {
  readonly isParse: boolean;

  constructor(message: string, isParse: boolean) {
    super(message);
    this.name = 'TargetError';
    this.isParse = isParse;
  }
}

const PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** @throws TargetError */
export function parseTarget(text: string): HTTPTarget {
  const wrong = (reason: string): TargetError =>
    new TargetError(`parse ${quote(text)}: ${reason}`, true);
  // oxlint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(text)) throw wrong('net/url: invalid control character in URL');
  if (text.startsWith(':')) throw wrong('missing protocol scheme');
  const [bare = ''] = text.split('#', 1);
  const escape = /%(?![0-9a-f]{2}).{0,2}/i.exec(bare.split('?', 1)[0]!);
  if (escape !== null) throw wrong(`invalid URL escape ${quote(escape[0])}`);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(bare)?.[1]?.toLowerCase() ?? '';
  const standardPort = PORTS[scheme];
  if (standardPort === undefined)
    throw new TargetError(`unsupported protocol scheme ${quote(scheme)}`, false);
  const parts = /^[^:]*:\/\/(?:([^/?]*)@)?([^/?]*)(.*)$/.exec(bare);
  const [, user, authority = '', rest = ''] = parts ?? [];
  const { host, port } = splitAuthority(authority, wrong);
  if (host === '') throw new TargetError('http: no Host in request URL', false);
  if (port !== '' && Number(port) > 65535)
    throw new TargetError(`dial tcp: address ${port}: invalid port`, false);
  return {
    url: renderURL(text, host),
    secure: scheme === 'https',
    host: resolvable(host),
    port: port === '' ? standardPort : Number(port),
    authority: authority.replace(/:$/, ''),
    path: renderPath(rest),
    ...(user !== undefined && { authorization: basic(user) }),
  };
}

/** Names beyond ASCII are looked up as IDNA writes them; a zone stands behind an escaped percent sign (RFC 6874). */
function resolvable(host: string): string {
  return /[^\x20-\x7e]/.test(host) ? domainToASCII(host) || host : host.replace('%25', '%');
}

/** As Go prints it: without a password, without an empty port, names beyond ASCII escaped. */
function renderURL(text: string, host: string): string {
  return text
    .replace(/^([^:]*:\/\/[^/?#:@]*:)[^/?#]*@/, '$1***@')
    .replace(`${host}:/`, `${host}/`)
    .replace(/[^\x20-\x7e]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}

function splitAuthority(
  authority: string,
  wrong: (reason: string) => TargetError,
): { host: string; port: string } {
  const bracketed = /^\[([^\]]*)\](.*)$/.exec(authority);
  if (authority.startsWith('[') && bracketed === null) throw wrong("missing ']' in host");
  const colon = authority.lastIndexOf(':');
  const host = bracketed?.[1] ?? (colon < 0 ? authority : authority.slice(0, colon));
  const tail = bracketed?.[2] ?? (colon < 0 ? '' : authority.slice(colon));
  if (!/^(?::\d*)?$/.test(tail)) throw wrong(`invalid port ${quote(tail)} after host`);
  const bad = /[ "<>\\^`{|}]/.exec(host);
  const escape = bracketed === null ? /%.{0,2}/.exec(host) : null;
  if (escape !== null) throw wrong(`invalid URL escape ${quote(escape[0])}`);
  if (bad !== null) throw wrong(`invalid character ${quote(bad[0])} in host name`);
  return { host, port: tail.slice(1) };
}

/** What may not stand in a path is escaped there; a query is sent as it was written. */
function renderPath(rest: string): string {
  const at = rest.indexOf('?');
  const path = at < 0 ? rest : rest.slice(0, at);
  const query = at < 0 ? '' : rest.slice(at);
  const escaped = path.replace(/[^!-~]+|["<>\\^`{|}]/gu, (text) =>
    encodeURIComponent(text.toWellFormed()),
  );
  return `${escaped === '' ? '/' : escaped}${query}`;
}

function basic(user: string): string {
  const [name = '', ...password] = user.split(':');
  const text = `${decode(name)}:${decode(password.join(':'))}`;
  return `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Escapes that are no UTF-8 are sent as they stand.
    return text;
  }
}

/**
 * Where a redirect leads.
 *
 * @throws TargetError
 */
export function resolveLocation(from: HTTPTarget, location: string): HTTPTarget {
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) return parseTarget(location);
  const scheme = from.secure ? 'https' : 'http';
  return parseTarget(new URL(location, `${scheme}://${from.authority}${from.path}`).href);
}
