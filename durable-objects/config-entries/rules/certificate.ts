/** Rules of `inline-certificate` and `file-system-certificate`. */
import { invalid } from '../../../protocol/errors.ts';
import { type KindRules, validateMeta } from '../kind-rules.ts';
import { pairFault } from './certificate-pair.ts';

export const inlineCertificate: KindRules<'inline-certificate'> = {
  validate(entry) {
    validateMeta(entry.Meta);
    const fault = pairFault(entry.Certificate, entry.PrivateKey);
    if (fault !== undefined) throw invalid(fault);
  },
};

/** Paths on the gateway's disk, which the datacenter cannot see. */
export const fileSystemCertificate: KindRules<'file-system-certificate'> = {
  validate: (entry) => validateMeta(entry.Meta),
};
