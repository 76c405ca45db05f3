import { HTTPError } from '../http-error.ts';
import { parseFirstValue } from '../parse-json.ts';

/** A body whose fields are decoded as those of configuration entries are. @throws HTTPError 400 */
export function parseBody(bytes: Uint8Array): unknown {
  try {
    return parseFirstValue(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new HTTPError(400, `Request decoding failed: ${(error as Error).message}`);
  }
}
