/** Who takes an event (Consul: agent/user_event.go, shouldProcessUserEvent). */
import { Regex, RegexBudgetError, RegexSyntaxError } from '../../http-api/filter/regex/regex.ts';
import type { UserEvent } from '../../protocol/types/event.ts';

/** What an event's filters are held against, as it is when the event arrives. */
export interface EventHost {
  readonly node: string;
  services(): readonly { readonly Service: string; readonly Tags: readonly string[] | null }[];
}

/** The format that this version understands. */
const VERSION = 1;

/**
 * Whether the event is aimed at this host.
 *
 * A filter that cannot be read or costs too much takes nobody: whoever fired the event was told if it was malformed, and
 * one by gossip may come from anywhere.
 */
export function isAimedAt(event: UserEvent, host: EventHost): boolean {
  const { Version, NodeFilter, ServiceFilter, TagFilter } = event;
  if (Version > VERSION) return false;
  try {
    if (NodeFilter !== '' && !new Regex(NodeFilter).test(host.node)) return false;
    return ServiceFilter === '' || hasService(host, ServiceFilter, TagFilter);
  } catch (error) {
    if (error instanceof RegexSyntaxError || error instanceof RegexBudgetError) return false;
    throw error;
  }
}

function hasService(host: EventHost, serviceFilter: string, tagFilter: string): boolean {
  const service = new Regex(serviceFilter);
  const tag = tagFilter === '' ? null : new Regex(tagFilter);
  return host
    .services()
    .some(
      ({ Service, Tags }) =>
        service.test(Service) && (tag === null || (Tags ?? []).some((text) => tag.test(text))),
    );
}
