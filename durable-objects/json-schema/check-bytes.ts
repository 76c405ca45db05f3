/** A stored value against a schema: its bytes have to be JSON in UTF-8, and that has to fit. */
import { decodeBase64 } from '../../http-api/base64.ts';
import type { CompiledSchema } from './compile-schema.ts';
import { validate } from './validate.ts';

/** @param base64 of the value. @returns what is wrong with it, or null */
export function misfitOfBytes(schema: CompiledSchema, base64: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(decodeBase64(base64)),
    );
  } catch {
    return 'it is no JSON';
  }
  const misfit = validate(schema, value);
  if (misfit === null) return null;
  return misfit.at === '' ? `it ${misfit.reason}` : `${misfit.at} ${misfit.reason}`;
}
