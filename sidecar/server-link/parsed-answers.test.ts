import { describe, expect, it } from 'vitest';
import { ParsedAnswers } from './parsed-answers.ts';
import { WatchedAnswer } from './watched-answer.ts';

describe('the parsed form', () => {
  it('is kept from the second time on, until there is another version', () => {
    const parsed = new ParsedAnswers();
    const owner = {};
    const first = parsed.get(owner, 1, '[1]');
    const second = parsed.get(owner, 1, '[1]');
    expect(second).not.toBe(first);
    expect(parsed.get(owner, 1, 'is not parsed again')).toBe(second);
    const other = parsed.get(owner, 2, '[2]');
    expect(other).toEqual([2]);
    expect(parsed.get(owner, 2, '[2]')).not.toBe(other);
  });

  it('goes when others were asked for since, the one that was asked for last stays', () => {
    const parsed = new ParsedAnswers(10);
    const [a, b, c] = [{}, {}, {}];
    const text = '"12"';
    for (const owner of [a, a, b, b, a, c, c]) parsed.get(owner, 1, text);
    expect(parsed.get(a, 1, '"is kept"')).toBe('12');
    expect(parsed.get(b, 1, '"parsed again"')).toBe('parsed again');
  });

  it('of a text larger than all that may be kept pushes out nothing', () => {
    const parsed = new ParsedAnswers(10);
    const [small, large] = [{}, {}];
    for (let n = 0; n < 2; n++) parsed.get(small, 1, '"s"');
    for (let n = 0; n < 2; n++) parsed.get(large, 1, '"0123456789"');
    expect(parsed.get(large, 1, '"another one"')).toBe('another one');
    expect(parsed.get(small, 1, '"is kept"')).toBe('s');
  });

  it('is dropped with its owner', () => {
    const parsed = new ParsedAnswers();
    const owner = {};
    for (let n = 0; n < 2; n++) parsed.get(owner, 1, '1');
    parsed.forget(owner);
    expect(parsed.get(owner, 1, '2')).toBe(2);
  });
});

describe('the version of an answer', () => {
  const watch = (): WatchedAnswer => new WatchedAnswer(1, 'health.service', { service: 's' }, '');

  it('changes with the content and not with a look at it', () => {
    const answer = watch();
    answer.update(5, '[1]', 1_000);
    const { version } = answer;
    expect(answer.value()).toEqual([1]);
    answer.update(5, '[1]', 2_000);
    expect(answer.version).toBe(version);
    answer.update(6, '[2]', 3_000);
    expect(answer.version).not.toBe(version);
    expect(answer.value()).toEqual([2]);
    const before = answer.version;
    answer.forgetBody();
    expect([answer.version === before, answer.value()]).toEqual([false, null]);
  });

  it('is never that of another answer', () => {
    const [a, b] = [watch(), watch()];
    a.update(5, '[1]', 0);
    b.update(5, '[1]', 0);
    expect(a.version).not.toBe(b.version);
  });
});
