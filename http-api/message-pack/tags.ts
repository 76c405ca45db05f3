/** What the first byte of a value says. */
export const NIL = 0xc0;

export type ValueKind =
  | 'nil'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'raw'
  | 'array'
  | 'map'
  | 'extension';

export function kindOf(tag: number): ValueKind {
  if (tag < 0x80 || tag >= 0xe0 || (tag >= 0xcc && tag <= 0xd3)) return 'integer';
  if (isMap(tag)) return 'map';
  if (tag >> 4 === 0x9 || tag === 0xdc || tag === 0xdd) return 'array';
  if (tag === NIL) return 'nil';
  if (tag === 0xc2 || tag === 0xc3) return 'boolean';
  if (tag === 0xca || tag === 0xcb) return 'float';
  return isExtension(tag) || (tag >= 0xd4 && tag <= 0xd8) ? 'extension' : 'raw';
}

/** Bytes after the tag, for values whose size the tag alone tells. */
export function fixedSize(tag: number): number | undefined {
  if (tag < 0x80 || tag >= 0xe0) return 0;
  if (tag >> 5 === 0b101) return tag & 0x1f;
  if (tag === NIL || tag === 0xc2 || tag === 0xc3) return 0;
  if (tag === 0xca || tag === 0xcb) return tag === 0xca ? 4 : 8;
  if (tag >= 0xcc && tag <= 0xd3) return 1 << ((tag - 0xcc) & 3);
  // Extensions of fixed length: a type byte and 1, 2, 4, 8 or 16 bytes.
  if (tag >= 0xd4 && tag <= 0xd8) return 1 + (1 << (tag - 0xd4));
  return undefined;
}

export const isMap = (tag: number): boolean => tag >> 4 === 0x8 || tag === 0xde || tag === 0xdf;
export const isExtension = (tag: number): boolean => tag >= 0xc7 && tag <= 0xc9;
