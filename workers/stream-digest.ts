/** SHA-256 of a stream, by the platform's own stream for it. */
import type { StreamHash } from '../http-api/snapshot/archive-format.ts';

export function newDigest(): StreamHash {
  const stream = new crypto.DigestStream('SHA-256');
  const writer = stream.getWriter();
  return {
    update: (chunk) => writer.write(chunk),
    async digest() {
      await writer.close();
      return new Uint8Array(await stream.digest).toHex();
    },
  };
}
