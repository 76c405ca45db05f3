import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UserEvent } from '../../protocol/types/event.ts';
import { isAimedAt } from './event-target.ts';

const host = {
  node: 'web-1',
  services: () => [
    { Service: 'shop', Tags: ['blue', 'live'] },
    { Service: 'cache', Tags: null },
  ],
};

function event(filters: Partial<UserEvent>): UserEvent {
  return {
    ID: '',
    Name: 'deploy',
    Payload: null,
    NodeFilter: '',
    ServiceFilter: '',
    TagFilter: '',
    Version: 1,
    LTime: 1,
    ...filters,
  };
}

describe('isAimedAt', () => {
  it.each<[Partial<UserEvent>, boolean]>([
    [{}, true],
    [{ NodeFilter: 'web' }, true],
    [{ NodeFilter: '^web-[0-9]$' }, true],
    [{ NodeFilter: 'db' }, false],
    [{ NodeFilter: 'WEB' }, false],
    [{ ServiceFilter: 'sh.p' }, true],
    [{ ServiceFilter: 'absent' }, false],
    [{ ServiceFilter: 'shop', TagFilter: 'l.ve' }, true],
    [{ ServiceFilter: 'shop', TagFilter: '^l$' }, false],
    [{ ServiceFilter: 'cache', TagFilter: '.' }, false],
    [{ NodeFilter: 'db', ServiceFilter: 'shop' }, false],
    [{ NodeFilter: '[' }, false],
    [{ ServiceFilter: '(' }, false],
    [{ Version: 2 }, false],
  ])('%j: %s', (filters, expected) => {
    expect(isAimedAt(event(filters), host)).toBe(expected);
  });

  it('takes any text for a filter', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (NodeFilter, ServiceFilter, TagFilter) => {
        const aimed = isAimedAt(event({ NodeFilter, ServiceFilter, TagFilter }), host);
        return typeof aimed === 'boolean';
      }),
    );
  });
});
