/** Kinds that no client may write. */
import { invalid } from '../../../protocol/errors.ts';
import type { KindRules } from '../kind-rules.ts';

export const samenessGroup: KindRules<'sameness-group'> = {
  validate() {
    throw invalid('sameness-groups are an enterprise-only feature');
  },
};

/** The datacenter binds routes to gateways itself: nobody else has the right to. */
export const boundAPIGateway: KindRules<'bound-api-gateway'> = { validate() {} };
