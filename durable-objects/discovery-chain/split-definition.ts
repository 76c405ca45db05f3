/** What a share says of requests, where one splitter stands below another (Consul: agent/structs/config_entry_discoverychain.go). */
import type { HeaderModifiers } from '../../protocol/config-entries/kinds/parts.ts';
import type { ServiceSplit } from '../../protocol/config-entries/kinds/service-splitter.ts';

/** The inner share is met last by a request and first by its response: who comes last wins. */
export function mergeSplits(outer: ServiceSplit, inner: ServiceSplit): ServiceSplit {
  const request = mergeModifiers(outer.RequestHeaders, inner.RequestHeaders);
  const response = mergeModifiers(inner.ResponseHeaders, outer.ResponseHeaders);
  const { RequestHeaders: _request, ResponseHeaders: _response, ...rest } = inner;
  return {
    ...rest,
    ...(request === undefined ? {} : { RequestHeaders: request }),
    ...(response === undefined ? {} : { ResponseHeaders: response }),
  };
}

function mergeModifiers(
  first: HeaderModifiers | undefined,
  last: HeaderModifiers | undefined,
): HeaderModifiers | undefined {
  if (first === undefined || last === undefined) return last ?? first;
  const remove = [...new Set([...(first.Remove ?? []), ...(last.Remove ?? [])])];
  return {
    Add: { ...first.Add, ...last.Add },
    Set: { ...first.Set, ...last.Set },
    Remove: remove,
  };
}
