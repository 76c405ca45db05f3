/** The gateways that a route asks to be bound to. */
import type { ResourceReference } from '../../../protocol/config-entries/kinds/parts.ts';
import { invalid } from '../../../protocol/errors.ts';
import { quote } from '../kind-rules.ts';

export function normalizeParents(parents: readonly ResourceReference[] | undefined): void {
  for (const parent of parents ?? []) parent.Kind ||= 'api-gateway';
}

/** @throws RPCError */
export function validateParents(parents: readonly ResourceReference[] | undefined): void {
  const seen = new Set<string>();
  for (const { Kind, Name = '', SectionName = '' } of parents ?? []) {
    if (Kind !== 'api-gateway') {
      throw invalid(`unsupported parent kind: ${quote(Kind)}, must be 'api-gateway'`);
    }
    const key = `${Name}\0${SectionName}`;
    if (seen.has(key)) throw invalid('route parents must be unique');
    seen.add(key);
  }
}
