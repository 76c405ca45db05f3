/** Queries for tests: everything that a test does not name is empty. */
import type { PreparedQuery, ServiceQuery } from '../../protocol/types/prepared-query.ts';
import { toQueryInput } from './query-input.ts';

export function queryForTest(
  Name: string,
  service: Partial<ServiceQuery> = {},
  more: Partial<PreparedQuery> = {},
): PreparedQuery {
  const input = toQueryInput({ ID: `id-of-${Name}`, Name });
  return {
    ...input,
    Service: { ...input.Service, Service: 'web', ...service },
    CreateIndex: 1,
    ModifyIndex: 1,
    ...more,
  };
}

export function templateForTest(
  Name: string,
  service: Partial<ServiceQuery> = {},
  template: Partial<PreparedQuery['Template']> = {},
): PreparedQuery {
  const Template = { Type: 'name_prefix_match', Regexp: '', RemoveEmptyTags: false, ...template };
  return queryForTest(Name, service, { Template });
}
