/** Rules of `terminating-gateway`. */
import { invalid } from '../../../protocol/errors.ts';
import { type KindRules, quote, validateMeta } from '../kind-rules.ts';

export const terminatingGateway: KindRules<'terminating-gateway'> = {
  validate(entry) {
    validateMeta(entry.Meta);
    const seen = new Set<string>();
    for (const { Name = '', CAFile, CertFile, KeyFile } of entry.Services ?? []) {
      if (Name === '') throw invalid('Service name cannot be blank.');
      if (seen.has(Name)) {
        throw invalid(`Service ${quote(Name)} was specified more than once within a namespace`);
      }
      seen.add(Name);
      if ((CertFile || KeyFile) && !(CAFile && CertFile && KeyFile)) {
        throw invalid(
          `Service ${quote(Name)} must have a CertFile, CAFile, and KeyFile specified for TLS origination`,
        );
      }
    }
  },
};
