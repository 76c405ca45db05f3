/** Standard base64 of bytes, and back, on either runtime; each uses its fastest built-in. */

interface NodeBuffer {
  from(data: ArrayBufferLike, offset: number, length: number): { toString(encoding: 'base64'): string };
  from(text: string, encoding: 'base64'): Uint8Array;
}

interface Base64Bytes extends Uint8Array {
  toBase64?: () => string;
}

const nodeBuffer = (globalThis as { Buffer?: NodeBuffer }).Buffer;

export function encodeBase64(bytes: Uint8Array): string {
  if (nodeBuffer !== undefined) {
    return nodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  }
  const native = (bytes as Base64Bytes).toBase64;
  if (native !== undefined) return native.call(bytes);
  let binary = '';
  for (let at = 0; at < bytes.length; at += BINARY_CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + BINARY_CHUNK));
  }
  return btoa(binary);
}

/** Arguments of one call: the engines take some tens of thousands. */
const BINARY_CHUNK = 0x2000;

export function decodeBase64(text: string): Uint8Array {
  if (nodeBuffer !== undefined) return nodeBuffer.from(text, 'base64');
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

declare function btoa(binary: string): string;
declare function atob(text: string): string;
