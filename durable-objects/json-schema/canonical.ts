/** Equality of JSON values: the order of members does not count, and 1.0 is 1. */
import { MAX_VALUE_DEPTH } from './limits.ts';
import { SchemaBudgetError } from './schema-error.ts';

/** Equal for equal values, and for no others. @param spend told how many characters were made */
export function canonical(value: unknown, spend: (chars: number) => void, depth = 0): string {
  if (depth > MAX_VALUE_DEPTH) throw new SchemaBudgetError();
  let text: string;
  if (Array.isArray(value)) {
    text = `[${value.map((item) => canonical(item, spend, depth + 1)).join(',')}]`;
  } else if (value !== null && typeof value === 'object') {
    const members = Object.keys(value)
      .sort()
      .map((name) => {
        const member = (value as Record<string, unknown>)[name];
        return `${JSON.stringify(name)}:${canonical(member, spend, depth + 1)}`;
      });
    text = `{${members.join(',')}}`;
  } else text = JSON.stringify(value);
  spend(text.length);
  return text;
}
