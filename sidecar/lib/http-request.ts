/**
 * One HTTP request to the control plane, its answer read whole.
 *
 * Node's `fetch` would do, but its first call compiles a parser from WebAssembly: 20 MB at the peak, of which ten stay
 * (measured). `node:http` has its parser built in.
 */
import type { OutgoingHttpHeaders } from 'node:http';
import http from 'node:http';
import https from 'node:https';

export interface HTTPCall {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array | null;
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number;
  /** Of the answer's body; MAX_BODY_BYTES unless given. */
  readonly maxBytes?: number;
}

export interface HTTPAnswer {
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly ok: boolean;
  /** The Content-Type; null for none. */
  readonly type: string | null;
  readonly text: string;
}

/** What the control plane answers outside of the link is short: proofs, logins, lists of datacenters. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Follows no redirect. @throws Error when no whole answer comes in time, or one that is too long */
export async function requestText(url: string | URL, call: HTTPCall): Promise<HTTPAnswer> {
  const { method = 'GET', headers = {}, body = null, timeoutMs } = call;
  const target = new URL(url);
  const { request } = target.protocol === 'https:' ? https : http;
  // A connection of its own: these calls are rare, and a kept one would hold up the end of either side.
  const sent = request(target, { method, headers, agent: false });
  const timer = setTimeout(
    () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    return await new Promise((resolve, reject) => {
      // For good: an answer that is broken off makes its request fail as well.
      sent.on('error', reject);
      sent.once('response', (answer) => {
        readAnswer(answer, call.maxBytes ?? MAX_BODY_BYTES).then(resolve, reject);
      });
      sent.end(body ?? undefined);
    });
  } finally {
    clearTimeout(timer);
    sent.destroy();
  }
}

async function readAnswer(answer: http.IncomingMessage, maxBytes: number): Promise<HTTPAnswer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new Error('the answer is too long');
    pieces.push(piece);
  }
  const status = answer.statusCode ?? 0;
  return {
    status,
    ok: status >= 200 && status < 300,
    type: answer.headers['content-type'] ?? null,
    text: Buffer.concat(pieces).toString(),
  };
}
