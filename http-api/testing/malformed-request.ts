/**
 * Requests that no client of good will sends: wrong methods, hostile paths and parameters, bodies of wrong types.
 *
 * Some are acceptable all the same, a KV write of random bytes for one; a test tells them by their answer.
 */
import fc from 'fast-check';
import type { Route } from '../route.ts';
import { PLAUSIBLE_BODIES } from './plausible-bodies.ts';

export interface MalformedRequest {
  readonly method: string;
  /** Escapes included. */
  readonly path: string;
  /** Without the question mark. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}

const LONG = 'x'.repeat(5_000);

/** Any UTF-16 units, halves of pairs among them. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));

/** Texts that were trouble somewhere. */
const hostileText = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '0',
      '-1',
      '1e999',
      'NaN',
      '18446744073709551616',
      'null',
      '[]',
      '{}',
      '"',
      "'",
      '\\',
      '%',
      '\0',
      '\r\nX: y',
      '../..',
      '__proto__',
      'constructor',
      'toString',
      'n1',
      'web',
      'WEB',
      'app/a',
      '\u{1f511}',
      '\ud800',
      '\u0130',
      'a'.repeat(300),
      LONG,
      '1s',
      '-1s',
      '99999h',
      'true',
      'Service == web',
      'Service.Meta["',
      'ServiceMeta.a.b.c == `x',
      '(((((((((((((((',
      'not not not',
      'web matches "(a*)*$"',
      'web matches "["',
    ),
  },
  { weight: 1, arbitrary: anyText },
);

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    2 ** 53,
    -(2 ** 63),
    1e308,
    [],
    {},
    [null],
    [[]],
    { __proto__: null },
    { '': {} },
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

const escape = (text: string): string => {
  try {
    return encodeURIComponent(text);
  } catch {
    // A lone surrogate has no encoding.
    return '%ED%A0%80';
  }
};

const tail = fc.oneof(
  { weight: 4, arbitrary: hostileText.map(escape) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '%',
      '%zz',
      '%2',
      '%00',
      '%c3%28',
      '%2e%2e%2f',
      'a%2Fb',
      'a/b/c',
      '..;/x',
      ';',
      '*',
      '@',
      ':80',
      '[',
      '%25',
    ),
  },
);

/** A body that an endpoint may want, with one of its values replaced by something else, or its keys doubled. */
const bentBody = fc
  .tuple(fc.constantFrom(...PLAUSIBLE_BODIES), fc.nat(), hostileValue)
  .map(([body, at, value]) => JSON.stringify(bend(body, at, value)));

/** Replaces one value of the tree, the root included. */
function bend(body: unknown, at: number, value: unknown): unknown {
  const copy = { root: structuredClone(body) };
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const visit = (holder: Record<string, unknown>): void => {
    for (const key of Object.keys(holder)) {
      places.push({ holder, key });
      const child = holder[key];
      if (typeof child === 'object' && child !== null) visit(child as Record<string, unknown>);
    }
  };
  visit(copy);
  const { holder, key } = places[at % places.length]!;
  holder[key] = value;
  return copy.root;
}

const deep = (open: string, close: string): string => open.repeat(3_000) + close.repeat(3_000);

const bodyText = fc.oneof(
  { weight: 6, arbitrary: bentBody },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...PLAUSIBLE_BODIES).map((body) => JSON.stringify(body)),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 1, arbitrary: bentBody.map((text) => text.slice(0, text.length / 2)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '{',
      '[]',
      'null',
      '""',
      '0',
      deep('[', ']'),
      deep('{"a":', '}'),
      '\ufeff{}',
      '{"a":1}{"b":2}',
      '{"Name":"a","name":"b"}',
    ),
  },
);

const encoder = new TextEncoder();
const body = fc.oneof(
  { weight: 6, arbitrary: bodyText.map((text) => encoder.encode(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
);

const header = fc.tuple(
  fc.constantFrom(
    'x-consul-token',
    'authorization',
    'cache-control',
    'content-type',
    'accept-encoding',
    'x-forwarded-for',
    'if-none-match',
  ),
  hostileText.map((text) => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200)),
);

const BODILESS = new Set(['GET', 'HEAD']);

/**
 * @param parameters names of query parameters
 * @param shortWait makes a read that would block wait for this long at most, as Go's duration
 */
export function malformedRequest(
  routes: readonly Route[],
  parameters: readonly string[],
  shortWait = '1ms',
): fc.Arbitrary<MalformedRequest> {
  const pair = fc.tuple(fc.oneof(fc.constantFrom(...parameters), hostileText), hostileText);
  const search = fc.array(pair, { maxLength: 4 }).map((pairs) =>
    // The first `wait` counts.
    [`wait=${shortWait}`, ...pairs.map(([name, value]) => `${escape(name)}=${escape(value)}`)].join(
      '&',
    ),
  );
  const place = fc.constantFrom(...routes).chain((route) => {
    // A path on which Consul has no method at all is one too.
    const methods = ['GET', ...Object.keys(route.methods)];
    const method = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...methods) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'),
      },
    );
    const path = route.path.endsWith('/')
      ? tail.map((text) => route.path + text)
      : fc.constantFrom(route.path, route.path, route.path, `${route.path}/`);
    return fc.tuple(method, path);
  });
  return fc
    .tuple(place, search, fc.array(header, { maxLength: 2 }), fc.option(body, { freq: 5 }))
    .map(([[method, path], query, headers, content]) => ({
      method,
      path,
      search: query,
      headers: Object.fromEntries(headers),
      body: BODILESS.has(method) ? null : content,
    }));
}
