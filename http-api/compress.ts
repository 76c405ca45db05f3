import type { APIRequest, APIResponse } from './route.ts';

/** Below this Consul sends answers as they are: the saving would be lost in the packet (gziphandler's default). */
const MIN_GZIP_BYTES = 1400;

/** Compresses a long answer for a client that asked for it; any other goes straight to `send`. */
export function gzipIfAsked(
  request: APIRequest,
  response: APIResponse,
  send: (response: APIResponse) => Response,
): Response | Promise<Response> {
  const { body } = response;
  if (body === null || body instanceof ReadableStream || body.length < MIN_GZIP_BYTES) return send(response);
  response.headers.vary = 'Accept-Encoding';
  if (!acceptsGzip(request.header('accept-encoding'))) return send(response);
  return compress(body).then((bytes) =>
    send({
      ...response,
      headers: { ...response.headers, 'content-encoding': 'gzip' },
      body: bytes,
    }),
  );
}

function acceptsGzip(header: string | undefined): boolean {
  if (header === undefined || !header.includes('gzip')) return false;
  return header.split(',').some((part) => {
    const [coding, ...parameters] = part.trim().split(';');
    if (coding !== 'gzip') return false;
    return !parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter));
  });
}

async function compress(body: string | Uint8Array): Promise<Uint8Array> {
  const stream = new Response(body as string).body!.pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
