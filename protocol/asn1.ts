/** The numbers of the distinguished encoding rules of ASN.1 (ITU-T X.690), as bytes. */

/** Section 8.1.3: short below 128, else the count of bytes that follow, and those. */
export function encodeLength(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

/** Section 8.19.2: an arc of an object identifier, seven bits a byte. */
export function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
