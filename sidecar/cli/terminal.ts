/**
 * What a terminal can do. Everything that is not a terminal (a pipe, a file, a CI's log, `TERM=dumb`) gets plain lines, the
 * same bytes as from Consul's command: scripts read them.
 */
import type { CommandIO } from './command-io.ts';

type Surroundings = Pick<CommandIO, 'env'>;
type Stream = CommandIO['stdout'];

/** Whether lines that were written can be written over. */
export function canRedraw(stream: Stream, { env }: Surroundings): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** How good something is, in the colours that people know. */
export type Mood = 'good' | 'poor' | 'bad' | 'gone';

const CODES: Readonly<Record<Mood, number>> = { good: 32, poor: 33, bad: 31, gone: 90 };

export type Paint = (text: string, mood: Mood | undefined) => string;

/** Colours for this stream; leaves the text as it is where there are none, also by NO_COLOR (https://no-color.org). */
export function paintFor(stream: Stream, io: Surroundings): Paint {
  const isPlain = !canRedraw(stream, io) || (io.env['NO_COLOR'] ?? '') !== '';
  return (text, mood) =>
    isPlain || mood === undefined ? text : `\u001b[${CODES[mood]}m${text}\u001b[0m`;
}
