/** Answers that several endpoints give. */
import { HTTPError } from '../../http-api/http-error.ts';
import { parseBool } from '../../http-api/parse-bool.ts';
import { JSON_TYPE } from '../../http-api/render.ts';
import type { APIRequest, APIResponse } from '../../http-api/route.ts';

/** Consul answers writes of the agent with 200 and nothing. */
export const done = (): APIResponse => ({
  status: 200,
  headers: { 'Content-Type': JSON_TYPE },
  body: '',
});

export const PLAIN = 'text/plain';

/** Whether the client asked for text: `?format=text` or a text Accept header. */
export function wantsText(request: APIRequest): boolean {
  return (
    request.header('accept')?.startsWith(PLAIN) === true || request.query.get('format') === 'text'
  );
}

/** `?enable=`, with the spellings of Go's strconv.ParseBool. @throws HTTPError 400 */
export function parseEnable(request: APIRequest): boolean {
  if (!request.query.has('enable')) throw new HTTPError(400, 'Missing value for enable');
  const text = request.query.get('enable');
  const value = parseBool(text);
  if (value !== null) return value;
  throw new HTTPError(400, `Invalid value for enable: ${JSON.stringify(text)}`);
}

/**
 * `?wan=` with any value asks for the WAN pool, `?wan` alone does not: Consul looks for a non-
 * empty value.
 */
export const poolOf = (request: APIRequest): 'lan' | 'wan' =>
  request.query.get('wan') !== '' ? 'wan' : 'lan';
