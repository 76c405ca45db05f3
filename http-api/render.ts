/** Answers as Consul writes them: compact JSON, or indented, with a final newline when `?pretty` is present. */
import type { Answer, Consistency } from './server-rpc.ts';
import type { APIRequest, APIResponse } from './route.ts';

export const JSON_TYPE = 'application/json';

/** The answer to OPTIONS. */
export function allowed(methods: string): APIResponse {
  return { status: 200, headers: { Allow: methods, 'Content-Type': JSON_TYPE }, body: null };
}

/** `text` is JSON; it is indented without being parsed, so 64-bit numbers survive. */
export function renderJSON(
  request: APIRequest,
  text: string,
  headers: Record<string, string> = {},
  status = 200,
): APIResponse {
  const body = layOut(request, text);
  return { status, headers: { 'Content-Type': JSON_TYPE, ...headers }, body };
}

function layOut(request: APIRequest, text: string): string {
  if (request.query.has('pretty')) return `${indentJSON(text)}\n`;
  return request.isIndented ? indentJSON(text) : text;
}

export function renderValue(
  request: APIRequest,
  value: unknown,
  headers: Record<string, string> = {},
): APIResponse {
  return renderJSON(request, JSON.stringify(value), headers);
}

/**
 * Headers that stand on the answer of a read: index, leader, age (agent/http.go setMeta).
 *
 * `consistency` is given by catalog and health endpoints only: Consul names the effective consistency there alone.
 */
export function answerHeaders(answer: Answer, consistency?: Consistency): Record<string, string> {
  const headers: Record<string, string> = {
    'X-Consul-Index': String(Math.max(1, answer.index)),
    // Only a replica that lost its datacenter has an age.
    'X-Consul-Knownleader': String((answer.lastContactMs ?? 0) === 0),
    'X-Consul-Lastcontact': String(Math.round(answer.lastContactMs ?? 0)),
    ...QUERY_BACKEND,
  };
  if (consistency !== undefined) {
    headers['X-Consul-Effective-Consistency'] = consistency === 'default' ? 'leader' : consistency;
  }
  if (answer.cache !== undefined) {
    headers['X-Cache'] = answer.cache;
    if (answer.cache === 'HIT') headers.Age = String(Math.floor((answer.ageMs ?? 0) / 1000));
  }
  return answer.notes === undefined ? headers : { ...headers, ...noteHeaders(answer) };
}

/** What the datacenter noted beside an answer. */
export function noteHeaders({ notes }: Answer): Record<string, string> {
  if (notes === undefined) return {};
  return Object.fromEntries(Object.entries(notes).map(([name, value]) => [headerOf(name), value]));
}

/** Consul has a name for one of them. */
function headerOf(note: string): string {
  return note === 'Filtered' ? FILTERED_HEADER : `X-Lictor-${note}`;
}

/** On a list from which something was left out that the token may not see. */
export const FILTERED_HEADER = 'X-Consul-Results-Filtered-By-Acls';

/** Which of Consul's two ways of reading answered; clients print it. */
export const QUERY_BACKEND = { 'X-Consul-Query-Backend': 'blocking-query' };

const INDENT = '    ';

/** Indents compact JSON with four spaces, as Go's MarshalIndent does; empty arrays and objects stay on their line. */
export function indentJSON(text: string): string {
  let out = '';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text[at]!;
    if (c === '"') {
      const end = endOfString(text, at);
      out += text.slice(at, end);
      at = end - 1;
    } else if (c === '{' || c === '[') {
      const next = text[at + 1];
      if (next === '}' || next === ']') {
        out += c + next;
        at++;
      } else {
        depth++;
        out += `${c}\n${INDENT.repeat(depth)}`;
      }
    } else if (c === '}' || c === ']') {
      depth--;
      out += `\n${INDENT.repeat(depth)}${c}`;
    } else if (c === ',') {
      out += `,\n${INDENT.repeat(depth)}`;
    } else {
      out += c === ':' ? ': ' : c;
    }
  }
  return out;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}
