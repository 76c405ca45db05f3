/** What differs between the two answers to one step. */
import type { Masks } from './masks.ts';
import type { Answer, Step } from './step.ts';

export interface Difference {
  /** What of the answer: `status`, `header x-consul-index`, `body $.Node`, `order`, `indexes`. */
  readonly where: string;
  readonly consul: string;
  readonly lictor: string;
}

/** Compared by value. */
const EXACT_HEADERS = [
  'content-type',
  'allow',
  'location',
  'vary',
  'x-cache',
  'x-content-type-options',
  'content-security-policy',
  'x-consul-default-acl-policy',
  'x-consul-effective-consistency',
  'x-consul-knownleader',
  'x-consul-results-filtered-by-acls',
  'x-consul-translate-addresses',
  'x-consul-query-backend',
  'x-consul-contenthash',
  'www-authenticate',
];
/** Only whether they are there. */
const PRESENT_HEADERS = ['x-consul-index', 'x-consul-lastcontact', 'age'];

export interface Masked {
  readonly answer: Answer;
  readonly masks: Masks;
}

export function compareAnswers(step: Step, consul: Masked, lictor: Masked): Difference[] {
  return [
    ...differ('status', consul.answer.status, lictor.answer.status),
    ...EXACT_HEADERS.flatMap((name) =>
      differ(`header ${name}`, headerOf(consul, name), headerOf(lictor, name)),
    ),
    ...PRESENT_HEADERS.flatMap((name) =>
      differ(`header ${name}`, name in consul.answer.headers, name in lictor.answer.headers),
    ),
    ...compareEncodings(consul, lictor),
    ...compareBodies(step, consul, lictor),
  ];
}

/** Only long bodies are compressed, and an index of more digits may be what makes one long. */
function compareEncodings(consul: Masked, lictor: Masked): Difference[] {
  const name = 'content-encoding';
  return consul.answer.body.length === lictor.answer.body.length
    ? differ(`header ${name}`, headerOf(consul, name), headerOf(lictor, name))
    : [];
}

function headerOf({ answer, masks }: Masked, name: string): string | undefined {
  const value = answer.headers[name];
  return value === undefined ? undefined : masks.text(value);
}

function compareBodies(step: Step, consul: Masked, lictor: Masked): Difference[] {
  const [a, b] = [parse(consul.answer.body), parse(lictor.answer.body)];
  if (a === undefined || b === undefined) {
    return differ(
      'text',
      consul.masks.text(consul.answer.body),
      lictor.masks.text(lictor.answer.body),
    );
  }
  const left = ordered(step, consul.masks.value(a));
  const right = ordered(step, lictor.masks.value(b));
  const found = compareValues('$', left, right);
  if (found.length > 0) return found;
  const white = /\s$/.test(consul.answer.body) === /\s$/.test(lictor.answer.body);
  if (!white) return [{ where: 'final newline', consul: '', lictor: '' }];
  if (step.unordered) return [];
  return [
    ...differ('order', JSON.stringify(left), JSON.stringify(right)),
    ...differ('indexes', shapeOf(consul.masks.indexes(a)), shapeOf(lictor.masks.indexes(b))),
  ];
}

/** The ranks of an answer's indexes: which are equal, which are greater. */
function shapeOf(indexes: readonly number[]): string {
  const ranks = [...new Set(indexes)].toSorted((x, y) => x - y);
  return indexes.map((index) => ranks.indexOf(index)).join(' ');
}

function compareValues(where: string, a: unknown, b: unknown): Difference[] {
  const bothLists = Array.isArray(a) && Array.isArray(b);
  if (!bothLists && (!isObject(a) || !isObject(b))) return differ(`body ${where}`, a, b);
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].flatMap((key) => {
    const at = bothLists ? `${where}[${key}]` : `${where}.${key}`;
    return key in left && key in right
      ? compareValues(at, left[key], right[key])
      : differ(`body ${at}`, left[key], right[key]);
  });
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function differ(where: string, a: unknown, b: unknown): Difference[] {
  const [consul, lictor] = [render(a), render(b)];
  return consul === lictor ? [] : [{ where, consul, lictor }];
}

function render(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function ordered(step: Step, value: unknown): unknown {
  return step.unordered || isTagList(step) ? sortLists(value) : value;
}

/** The tags of each service, which Consul collects in a map. */
function isTagList({ path }: Step): boolean {
  return /^\/v1\/catalog\/services(\?|$)/.test(path);
}

function sortLists(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sortLists);
    return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sortLists(item)]));
}
