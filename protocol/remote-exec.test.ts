import { describe, expect, it } from 'vitest';
import { ackKey, exitKey, jobKey, jobPrefix, outputKey, parseAnswerKey } from './remote-exec.ts';

const place = { prefix: '_rexec', session: 'f00' };

describe('keys of a job', () => {
  it.each([
    [jobKey(place), '_rexec/f00/job', undefined],
    [ackKey(place, 'n1'), '_rexec/f00/n1/ack', { kind: 'ack', node: 'n1' }],
    [exitKey(place, 'n1'), '_rexec/f00/n1/exit', { kind: 'exit', node: 'n1' }],
    [outputKey(place, 'n1', 0), '_rexec/f00/n1/out/00000', { kind: 'out', node: 'n1' }],
    [outputKey(place, 'n1', 31), '_rexec/f00/n1/out/0001f', { kind: 'out', node: 'n1' }],
  ])('%s', (key, expected, meaning) => {
    expect(key).toBe(expected);
    expect(key.startsWith(jobPrefix(place))).toBe(true);
    expect(parseAnswerKey(place, key)).toEqual(meaning);
  });

  it.each(['_rexec/other/n1/ack', '_rexec/f00/n1/more', '_rexec/f00/n1/out/xyz', '_rexec/f00/'])(
    '%s is no answer',
    (key) => expect(parseAnswerKey(place, key)).toBeUndefined(),
  );
});
