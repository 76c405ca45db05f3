/** Sizes of KV values, which travel as base64. */

/** Bytes that a base64 text of the standard alphabet, padded, stands for. */
export function decodedBytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

/** What a value of this many bytes is refused with, wherever the limit is met first. */
export function tooLarge(key: string, bytes: number, maxBytes: number): string {
  return `Value for key ${JSON.stringify(key)} is too large (${bytes} > ${maxBytes} bytes)`;
}
