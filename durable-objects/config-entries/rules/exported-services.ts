/** Rules of `exported-services`. */
import { invalid } from '../../../protocol/errors.ts';
import { type KindRules, validateMeta } from '../kind-rules.ts';

export const exportedServices: KindRules<'exported-services'> = {
  validate(entry) {
    if (entry.Name !== 'default') throw invalid('exported-services Name must be "default"');
    validateMeta(entry.Meta);
    for (const [at, service] of (entry.Services ?? []).entries()) {
      validateService(service, `Services[${at}]`);
    }
  },
};

interface Consumer {
  Partition?: string;
  Peer?: string;
  SamenessGroup?: string;
}

function validateService(
  { Name, Consumers = [] }: { Name?: string; Consumers?: Consumer[] },
  prefix: string,
): void {
  if (!Name) throw invalid(`${prefix}: service name cannot be empty`);
  if (Consumers.length === 0) throw invalid(`${prefix}: must have at least one consumer`);
  for (const [at, { Peer, Partition, SamenessGroup }] of Consumers.entries()) {
    const where = `${prefix}.Consumers[${at}]`;
    if (SamenessGroup) throw invalid(`${where}: sameness-groups are an enterprise-only feature`);
    if (Peer && Partition) {
      throw invalid(`${where}: must define at most one of Peer, Partition, or SamenessGroup`);
    }
    for (const [name, value] of Object.entries({ partitions: Partition, peers: Peer })) {
      if (value !== '*') continue;
      throw invalid(`${where}: exporting to all ${name} (wildcard) is not supported`);
    }
  }
}
