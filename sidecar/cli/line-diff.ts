/** Differences between two texts, line by line, as `diff -u` shows them. */

/** Lines that are compared with one another: the cost is the product of both sides. */
const MAX_COMPARISONS = 4_000_000;
/** Unchanged lines shown around a change. */
const CONTEXT_LINES = 3;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** @returns lines to print, none when the texts are equal */
export function renderLineDiff(before: string, after: string): string[] {
  if (before === after) return [];
  const lines = compare(toLines(before), toLines(after));
  return toHunks(lines);
}

function toLines(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  // A newline at the end ends the last line and begins none; its absence is told as diff does.
  if (lines.at(-1) === '') lines.pop();
  else lines[lines.length - 1] += '\n\\ No newline at end of file';
  return lines;
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before.at(-1 - end) === after.at(-1 - end)
  )
    end++;
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ mark: ' ', text }));
  return [
    ...same(before.slice(0, start)),
    ...compareMiddle(
      before.slice(start, before.length - end),
      after.slice(start, after.length - end),
    ),
    ...same(before.slice(before.length - end)),
  ];
}

/** By the longest common subsequence; what is too long for that is shown as replaced. */
function compareMiddle(before: readonly string[], after: readonly string[]): Line[] {
  const removed = (lines: readonly string[]): Line[] => lines.map((text) => ({ mark: '-', text }));
  const added = (lines: readonly string[]): Line[] => lines.map((text) => ({ mark: '+', text }));
  if (before.length * after.length > MAX_COMPARISONS) return [...removed(before), ...added(after)];
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        before[row] === after[column]
          ? lengths[(row + 1) * width + column + 1]! + 1
          : Math.max(lengths[(row + 1) * width + column]!, lengths[row * width + column + 1]!);
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length && column < after.length) {
    if (before[row] === after[column]) {
      lines.push({ mark: ' ', text: before[row]! });
      row++;
      column++;
    } else if (lengths[(row + 1) * width + column]! >= lengths[row * width + column + 1]!) {
      lines.push(...removed([before[row++]!]));
    } else lines.push(...added([after[column++]!]));
  }
  return [...lines, ...removed(before.slice(row)), ...added(after.slice(column))];
}

function toHunks(lines: readonly Line[]): string[] {
  const shown = lines.map(() => false);
  lines.forEach(({ mark }, at) => {
    if (mark === ' ') return;
    for (let near = at - CONTEXT_LINES; near <= at + CONTEXT_LINES; near++)
      if (near >= 0 && near < lines.length) shown[near] = true;
  });
  const out: string[] = [];
  let [before, after] = [1, 1];
  lines.forEach(({ mark, text }, at) => {
    if (shown[at]) {
      if (!shown[at - 1]) out.push(header(lines, shown, at, before, after));
      out.push(`${mark}${text}`);
    }
    if (mark !== '+') before++;
    if (mark !== '-') after++;
  });
  return out;
}

function header(
  lines: readonly Line[],
  shown: readonly boolean[],
  start: number,
  before: number,
  after: number,
): string {
  let end = start;
  while (end < lines.length && shown[end]) end++;
  const hunk = lines.slice(start, end);
  const count = (mark: '-' | '+'): number => hunk.filter((line) => line.mark !== mark).length;
  const range = (line: number, length: number): string => {
    const first = length === 0 ? line - 1 : line;
    return length === 1 ? `${first}` : `${first},${length}`;
  };
  return `@@ -${range(before, count('+'))} +${range(after, count('-'))} @@`;
}
