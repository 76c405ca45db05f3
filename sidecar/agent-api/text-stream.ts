/** A body that grows: pieces of text sent as they come, for as long as the client stays. */

/**
 * Pieces that may wait for a slow reader; what comes beyond them is dropped, as Consul's monitor
 * does: the agent's memory is worth more than a log that nobody keeps up with.
 */
const MAX_WAITING_PIECES = 512;

/**
 * @param subscribe starts the source and answers the function that ends it
 * @param signal aborted when the client has gone
 */
export function streamText(
  subscribe: (send: (text: string) => void) => () => void,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let unsubscribe = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        unsubscribe = subscribe((text) => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(text));
        });
        signal?.addEventListener(
          'abort',
          () => {
            unsubscribe();
            // A stream that the reader cancelled is closed already.
            if (controller.desiredSize !== null) tryClose(controller);
          },
          { once: true },
        );
      },
      cancel: () => unsubscribe(),
    },
    new CountQueuingStrategy({ highWaterMark: MAX_WAITING_PIECES }),
  );
}

/**
 * The reader may have cancelled between the test and the call; a closed stream is all that is
 * wanted.
 */
function tryClose(controller: ReadableStreamDefaultController): void {
  try {
    controller.close();
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
  }
}
