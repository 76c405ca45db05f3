/**
 * gzip that takes no more than its reader does.
 *
 * workerd's CompressionStream takes whatever it is given at once and keeps what comes out for whoever reads it: a
 * client that is slow, or stops reading, so has the whole archive in the Worker's memory. Here the source is asked for its next
 * chunk only while a reader waits for output and none has come.
 */

/** @param source its chunks bound what is held: the output of one, and the compressor's window */
export function gzipOnDemand(source: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const gzip = new CompressionStream('gzip');
  const input = source.getReader();
  const writer = gzip.writable.getWriter();
  const output = gzip.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  let isComplete = false;
  /** A chunk under way to the compressor; it may take longer than the output that the reader waited for. */
  let feeding: Promise<void> | null = null;

  const feed = async (): Promise<void> => {
    const { done, value } = await input.read();
    if (done) {
      isComplete = true;
      await writer.close();
    } else await writer.write(value as Uint8Array<ArrayBuffer>);
    feeding = null;
  };

  const giveUp = (reason: unknown): void => {
    input.cancel(reason).catch(() => {});
    writer.abort(reason).catch(() => {});
    output.cancel(reason).catch(() => {});
  };

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const taken: { chunk?: Awaited<ReturnType<typeof output.read>> } = {};
          const taking = output.read().then((chunk) => void (taken.chunk = chunk));
          while (taken.chunk === undefined) {
            if (isComplete && feeding === null) await taking;
            else await Promise.race([taking, (feeding ??= feed())]);
          }
          if (taken.chunk.done) controller.close();
          else controller.enqueue(taken.chunk.value);
        } catch (error) {
          giveUp(error);
          throw error;
        }
      },
      cancel: giveUp,
    },
    { highWaterMark: 0 },
  );
}
