/** A table for people: columns as wide as their widest cell, numbers to the right. */
export function renderTable(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  const cells = [columns, ...rows.map((row) => row.map(renderCell))];
  const widths = columns.map((_, index) =>
    Math.max(...cells.map((row) => (row[index] ?? '').length)),
  );
  const lines = cells.map((row) =>
    row.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [title, '', lines[0], rule, ...lines.slice(1), ''].join('\n');
}

function renderCell(value: string | number | undefined): string {
  if (value === undefined) return 'never';
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
