/** Standard base64, strictly: what is not base64 is an error with its place, where Node would skip it. */

export interface DecodedBase64 {
  /** What stands before the error, in whole groups of four characters. */
  readonly bytes: Buffer;
  /** As Go's encoding/base64 words it; absent when the text holds. */
  readonly error?: string;
}

/** Line breaks are skipped, as Go does. */
export function decodeBase64(text: string): DecodedBase64 {
  const clean = text.replace(/[\r\n]/g, '');
  if (clean.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(clean)) {
    return { bytes: Buffer.from(clean, 'base64') };
  }
  const valid = /^[A-Za-z0-9+/]*/.exec(clean)![0].length;
  // A last group that is cut off is reported at its beginning.
  const isCut = valid === clean.length;
  // Padding is only well placed in the last group; one missing is reported at the end of the text.
  const isPadded = /^={1,2}$/.test(clean.slice(valid)) && valid % 4 >= 2;
  const offset = isPadded ? clean.length : valid - (isCut ? valid % 4 : 0);
  const whole = clean.slice(0, valid - (valid % 4));
  return {
    bytes: Buffer.from(whole, 'base64'),
    error: `illegal base64 data at input byte ${offset}`,
  };
}
