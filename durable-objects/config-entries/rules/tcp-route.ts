/** Rules of `tcp-route`. */
import { invalid } from '../../../protocol/errors.ts';
import { type KindRules, validateMeta } from '../kind-rules.ts';
import { normalizeParents, validateParents } from './route-parent.ts';

export const tcpRoute: KindRules<'tcp-route'> = {
  normalize: (entry) => normalizeParents(entry.Parents),
  validate(entry) {
    if ((entry.Services ?? []).length > 1) {
      throw invalid('tcp-route currently only supports one service');
    }
    validateParents(entry.Parents);
    validateMeta(entry.Meta);
  },
};
