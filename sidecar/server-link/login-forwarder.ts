/** Logins handed on to the control plane over HTTP: there bearer tokens are verified, which may take as long as an identity provider does. */
import type { Answer } from '../../http-api/server-rpc.ts';
import { RPCError } from '../../protocol/errors.ts';
import { doorPath } from '../../protocol/frames.ts';
import {
  LOGIN_LINK_PATH,
  type LoginFailure,
  type LoginRequest,
} from '../../protocol/login-http.ts';
import { requestText } from '../lib/http-request.ts';
import type { Dial } from './link-transport.ts';

/** Longer than the Worker waits for a provider. */
const TIMEOUT_MS = 15_000;
/** Of a sentence that is none of ours: a proxy's error page. */
const MAX_SENTENCE_CHARS = 300;

/** @throws RPCError */
export async function forwardLogin(
  { url, authorization, datacenter = '' }: Dial,
  request: LoginRequest,
): Promise<Answer> {
  const response = await requestText(new URL(doorPath(LOGIN_LINK_PATH, datacenter), url), {
    method: 'POST',
    headers: authorization === '' ? {} : { authorization },
    body: JSON.stringify(request),
    timeoutMs: TIMEOUT_MS,
  }).catch((error: Error) => {
    throw new RPCError('unavailable', `the control plane cannot be reached: ${error.message}`);
  });
  const { text } = response;
  if (response.ok) return { index: 0, body: text };
  const failure = parseFailure(text);
  if (failure !== undefined) throw new RPCError(failure.code, failure.message);
  const sentence = text.trim().slice(0, MAX_SENTENCE_CHARS);
  throw new RPCError('unavailable', `${response.status} ${sentence}`);
}

/** The door refuses in words of its own, and a proxy may stand before it. */
function parseFailure(text: string): LoginFailure | undefined {
  try {
    return JSON.parse(text) as LoginFailure;
  } catch {
    return undefined;
  }
}
