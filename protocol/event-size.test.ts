import { describe, expect, it } from 'vitest';
import { eventSizeProblem } from './event-size.ts';
import type { UserEvent } from './types/event.ts';

function event(name: string, payloadBytes: number, rest: Partial<UserEvent> = {}): UserEvent {
  return {
    ID: '4aa49a5f-e583-adcf-8a5c-4b9503f984aa',
    Name: name,
    Payload: payloadBytes === 0 ? null : Buffer.alloc(payloadBytes, 'a').toString('base64'),
    NodeFilter: '',
    ServiceFilter: '',
    TagFilter: '',
    Version: 1,
    LTime: 5,
    ...rest,
  };
}

describe('eventSizeProblem', () => {
  // The longest payloads that Consul 1.21.0 took, found by bisection.
  it.each([
    ['big', {}, 410],
    ['a', {}, 414],
    ['a'.repeat(30), {}, 354],
    ['a'.repeat(32), {}, 349],
    ['big', { NodeFilter: 'x' }, 405],
    ['big', { NodeFilter: 'x'.repeat(43) }, 362],
  ])('%s %j takes %i bytes and not one more', (name, rest, most) => {
    expect(eventSizeProblem(event(name, most, rest))).toBeNull();
    expect(eventSizeProblem(event(name, most + 1, rest))).toMatch(/^encoded .* after encoding$/);
  });

  it('names count in UTF-8', () => {
    // "\u00e4" is two bytes, twice on the wire, so two less than one letter are left.
    expect(eventSizeProblem(event('\u00e4', 412))).toBeNull();
    expect(eventSizeProblem(event('\u00e4', 413))).not.toBeNull();
    expect(eventSizeProblem(event('\u{1f600}', 408))).toBeNull();
    expect(eventSizeProblem(event('\u{1f600}', 409))).not.toBeNull();
  });

  it('without a payload it is small', () => {
    expect(eventSizeProblem(event('deploy', 0))).toBeNull();
  });

  it('what is too large already is told so', () => {
    expect(eventSizeProblem(event('big', 440))).toMatch(/after encoding$/);
    expect(eventSizeProblem(event('big', 441))).toMatch(/^user event exceeds .* before encoding$/);
  });
});
