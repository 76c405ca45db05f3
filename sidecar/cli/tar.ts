/** Tar archives (POSIX ustar) of a few plain files: those of snapshots and of debug archives. */

export interface TarFile {
  readonly name: string;
  readonly data: Buffer;
}

const BLOCK_BYTES = 512;
/** Longer names need extensions that these archives never use. */
const MAX_NAME_BYTES = 100;
const REGULAR_FILE_TYPES = ['0', '\0'];

/** Throws Error when the archive is cut or damaged. Entries other than regular files are skipped. */
export function parseTar(archive: Buffer): TarFile[] {
  const files: TarFile[] = [];
  let offset = 0;
  while (offset + BLOCK_BYTES <= archive.length) {
    const header = archive.subarray(offset, offset + BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) return files;
    requireChecksum(header);
    const size = parseOctal(header, 124, 12);
    const start = offset + BLOCK_BYTES;
    if (start + size > archive.length) throw new Error('unexpected EOF');
    if (REGULAR_FILE_TYPES.includes(header.toString('latin1', 156, 157))) {
      files.push({ name: parseText(header, 0, 100), data: archive.subarray(start, start + size) });
    }
    offset = start + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  throw new Error('unexpected EOF');
}

/** @param mtime of all files, in seconds since 1970 */
export function renderTar(files: readonly TarFile[], mtime: number): Buffer {
  const parts: Buffer[] = [];
  for (const { name, data } of files) {
    parts.push(renderHeader(name, data.length, mtime), data);
    parts.push(Buffer.alloc((BLOCK_BYTES - (data.length % BLOCK_BYTES)) % BLOCK_BYTES));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK_BYTES)]);
}

function renderHeader(name: string, size: number, mtime: number): Buffer {
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw new Error(`file name too long: ${name}`);
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(name, 0);
  header.write('0000600\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write(`${mtime.toString(8).padStart(11, '0')}\0`, 136);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** The sum of the header's bytes, its own field counted as blanks. */
function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < BLOCK_BYTES; at++) sum += at >= 148 && at < 156 ? 32 : header[at]!;
  return sum;
}

function requireChecksum(header: Buffer): void {
  if (parseOctal(header, 148, 8) !== checksum(header)) throw new Error('invalid tar header');
}

function parseOctal(header: Buffer, start: number, length: number): number {
  const text = parseText(header, start, length).trim();
  if (!/^[0-7]*$/.test(text)) throw new Error('invalid tar header');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function parseText(header: Buffer, start: number, length: number): string {
  const end = header.indexOf(0, start);
  const limit = start + length;
  return header.toString('utf8', start, end < 0 || end > limit ? limit : end);
}
