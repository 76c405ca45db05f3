import type { APIResponse } from './route.ts';

/** Below this Consul sends answers as they are: the saving would be lost in the packet (gziphandler's default). */
const MIN_GZIP_BYTES = 1400;

/** Compresses a long answer for a client that asked for it; any other is given back as it is. */
export function gzipIfAsked(
  request: { header(name: string): string | undefined },
  response: APIResponse,
): Promise<APIResponse> | APIResponse {
  const { body } = response;
  if (body === null || body instanceof ReadableStream || body.length < MIN_GZIP_BYTES)
    return response;
  if (!acceptsGzip(request.header('accept-encoding'))) return response;
  return compress(body).then((bytes) => ({
    ...response,
    headers: { ...response.headers, 'Content-Encoding': 'gzip' },
    body: bytes,
  }));
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
