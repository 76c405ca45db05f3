/** Whether a command printed what the document says, apart from what differs from run to run. */

const ANY_LINES = '...';

/** Applied to both sides, so that a change in the document's own numbers never matters. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>'],
  // LockIndex is not one of them: it counts locks, and the document can know it.
  [/("?(?:Create|Modify|X-Consul-)?(?<!Lock|Op)Index"?:?) +\d+/gi, '$1 <index>'],
  [/\b\d+(\.\d+)? ms\b/g, '<time> ms'],
  [/;; Query time: .*|;; WHEN: .*|;; MSG SIZE.*/g, '<dig>'],
  [/, id: \d+/g, ', id: <id>'],
];

/** Undefined when it matches, otherwise both sides as they were compared. */
export function findDifference(expected: readonly string[], output: string): string | undefined {
  const wanted = normalize(expected.join('\n'));
  const found = normalize(output);
  if (matches(wanted, found)) return undefined;
  return ['expected:', ...wanted, '', 'printed:', ...found].join('\n');
}

function normalize(text: string): string[] {
  let lines = layOut(text).split('\n');
  for (const [pattern, replacement] of VARYING) {
    lines = lines.map((line) => line.replace(pattern, replacement));
  }
  return sortRecords(
    lines.map((line) => line.trim().replace(/\s+/g, ' ')).filter((line) => line !== ''),
  );
}

/** JSON in one layout, whatever it came in. */
function layOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Answers of one name come in a random order: that is the load balancing. */
function sortRecords(lines: string[]): string[] {
  const isRecord = (line: string): boolean => /^\S+\. \d+ IN /.test(line);
  const sorted = lines.filter(isRecord).toSorted();
  return lines.map((line) => (isRecord(line) ? sorted.shift()! : line));
}

function matches(wanted: readonly string[], found: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return found.length === 0;
  if (first !== ANY_LINES) return first === found[0] && matches(rest, found.slice(1));
  return found.some((_, at) => matches(rest, found.slice(at))) || matches(rest, []);
}
