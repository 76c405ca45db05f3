/** JSON texts as Go's decoder of streams reads them: the first value counts, and a fault is said in Go's words. */
import { TOO_DEEP, describeSyntaxFault } from './json-syntax.ts';

/** A text that is no JSON; the message is Go's. */
export class JSONFault extends Error {}

/**
 * The first JSON value of a text. What follows it is not looked at: Go leaves it for the next call. Whole numbers beyond 2^53
 * come as bigint, so that 64-bit flags survive.
 *
 * @throws JSONFault
 */
export function parseFirstValue(text: string): unknown {
  if (text.trim() === '') throw new JSONFault('EOF');
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof RangeError
      ? new JSONFault(TOO_DEEP)
      : new JSONFault(describeSyntaxFault(text), { cause: error });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, reviveLargeIntegers);
  } catch (error) {
    const { message } = error as Error;
    const end = /non-whitespace character after JSON at position (\d+)/.exec(message)?.[1];
    if (end === undefined) throw error;
    return JSON.parse(text.slice(0, Number(end)), reviveLargeIntegers);
  }
}

function reviveLargeIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}
