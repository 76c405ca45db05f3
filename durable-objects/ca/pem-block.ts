/** The one block of PEM that a parser of keys, certificates or requests reads. */
import { DERError } from '../../protocol/der-reader.ts';
import { type PEMBlock, parsePEM } from '../../http-api/pem.ts';

/** @throws DERError in Consul's words */
export function firstBlock(pem: string): PEMBlock {
  const [block] = parsePEM(pem);
  if (block === undefined) throw new DERError('no PEM-encoded data found');
  return block;
}

/** @returns its bytes. @throws DERError in Consul's words where the first block is of another kind */
export function firstBlockOf(label: string, pem: string): Uint8Array {
  const block = firstBlock(pem);
  if (block.label !== label) throw new DERError(`first PEM-block should be ${label} type`);
  return block.bytes;
}
