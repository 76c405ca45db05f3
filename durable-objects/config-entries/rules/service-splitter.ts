/** Rules of `service-splitter`. */
import { invalid } from '../../../protocol/errors.ts';
import { type KindRules, quote, requireName, validateMeta } from '../kind-rules.ts';

/** Weights count in hundredths of a per cent, so that 0.01 % is the smallest share. */
const HUNDREDTHS = 100;
const WHOLE = 100 * HUNDREDTHS;

export const serviceSplitter: KindRules<'service-splitter'> = {
  normalize(entry) {
    for (const split of entry.Splits ?? []) {
      split.Weight = Math.fround(scale(split.Weight) / HUNDREDTHS);
    }
  },
  validate(entry) {
    requireName(entry.Name);
    const splits = entry.Splits ?? [];
    if (splits.length === 0) throw invalid('no splits configured');
    validateMeta(entry.Meta);
    const seen = new Set<string>();
    for (const split of splits) {
      const service = split.Service || entry.Name;
      const { ServiceSubset: subset, Namespace: namespace, Partition: partition } = split;
      // Two splits with headers of their own are never the same, for Consul compares the addresses of the headers.
      const headers =
        split.RequestHeaders === undefined && split.ResponseHeaders === undefined ? '' : seen.size;
      const key = [service, subset ?? '', namespace ?? '', partition ?? '', headers].join('\0');
      if (seen.has(key)) {
        throw invalid(
          `split destination occurs more than once: service=${quote(service)}, subset=${quote(subset)}, ` +
            `namespace=${quote(namespace)}, partition=${quote(partition)}`,
        );
      }
      seen.add(key);
    }
    const sum = splits.reduce((total, { Weight }) => total + scale(Weight), 0);
    if (sum !== WHOLE) {
      const percent = Math.fround(sum / HUNDREDTHS).toFixed(6);
      throw invalid(`the sum of all split weights must be 100, not ${percent}`);
    }
  },
};

function scale(weight = 0): number {
  return Math.round(Math.fround(Math.fround(weight) * HUNDREDTHS));
}
