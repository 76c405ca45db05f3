/** How commands lay out what they print. */

/**
 * Columns two blanks apart, as the tables of Consul's catalog and members commands.
 *
 * @param paint colours a cell; the layout counts what is seen
 */
export function renderColumns(
  rows: readonly (readonly string[])[],
  paint?: (cell: string, column: number, row: number) => string,
): string {
  return layOut(rows, 2, paint);
}

/** Columns six blanks apart: key/value details, tags, snapshot statistics. */
export function renderWideColumns(rows: readonly (readonly string[])[]): string {
  return layOut(rows, 6);
}

/** Each column is as wide as its widest cell plus the gap; the last cell of a row is not padded. */
function layOut(
  rows: readonly (readonly string[])[],
  gap: number,
  paint = (cell: string, _column: number, _row: number): string => cell,
): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      if (column < row.length - 1) widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows
    .map((row, at) =>
      row
        .map((cell, column) => {
          const isLast = column === row.length - 1;
          const blanks = isLast ? 0 : (widths[column] ?? 0) + gap - cell.length;
          return paint(cell, column, at) + ' '.repeat(blanks);
        })
        .join(''),
    )
    .join('\n');
}

/** Bytes as people read them: 563B, 2.2KB, 1.5MB. */
export function renderBytes(bytes: number): string {
  const units = ['KB', 'MB', 'GB', 'TB'];
  if (bytes < 1024) return `${bytes}B`;
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${Number(size.toFixed(1))}${units[unit]}`;
}

/** `a=1, b=2` in order of the keys. */
export function renderPairs(
  pairs: Readonly<Record<string, string>> | null | undefined,
  glue = ', ',
): string {
  return Object.entries(pairs ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join(glue);
}
