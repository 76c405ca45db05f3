/** A stream of UTF-8 bytes as lines, in batches that are worth a transaction. */
import { MAX_SNAPSHOT_LINE_CHARS } from '../../protocol/limits.ts';

/** Characters of a batch, at least: a transaction costs the same for one line. */
const BATCH_CHARS = 512 * 1024;

/** @param nextChunk null at the end of the stream. @throws RangeError for a line that no snapshot has */
export async function* readLineBatches(
  nextChunk: () => Promise<Uint8Array | null>,
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  let batch: string[] = [];
  let chars = 0;
  for (;;) {
    const chunk = await nextChunk();
    rest += chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_SNAPSHOT_LINE_CHARS) {
      throw new RangeError(`a line is longer than ${MAX_SNAPSHOT_LINE_CHARS} characters`);
    }
    for (const line of lines) {
      if (line === '') continue;
      batch.push(line);
      chars += line.length;
    }
    if (chunk === null && rest !== '') batch.push(rest);
    if (batch.length > 0 && (chunk === null || chars >= BATCH_CHARS)) {
      yield batch;
      batch = [];
      chars = 0;
    }
    if (chunk === null) return;
  }
}
