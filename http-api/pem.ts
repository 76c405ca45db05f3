/** Textual encoding of certificates, keys and requests (RFC 7468). */
import { decodeBase64, encodeBase64, isBase64 } from './base64.ts';

export interface PEMBlock {
  /** Between BEGIN and the dashes, e.g. `CERTIFICATE`. */
  readonly label: string;
  readonly bytes: Uint8Array;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n([A-Za-z0-9+/=\s]*?)-----END \1-----/g;

/** Every block of a text, whatever stands between them; what is not well formed is passed over, as Go does it. */
export function parsePEM(text: string): PEMBlock[] {
  const blocks: PEMBlock[] = [];
  for (const [, label = '', body = ''] of text.matchAll(BLOCK)) {
    const digits = body.replace(/\s+/g, '');
    if (isBase64(digits)) blocks.push({ label, bytes: decodeBase64(digits) });
  }
  return blocks;
}

export function renderPEM(label: string, bytes: Uint8Array): string {
  const lines = encodeBase64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
