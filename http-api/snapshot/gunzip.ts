/** Decompression whose failures are told in Consul's words. */
import { ArchiveError } from './archive-format.ts';

const HEADER_BYTES = 10;

/** @throws ArchiveError from the stream: for what is no gzip, is cut, or does not unpack to what its own sum says */
export function gunzip(archive: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = archive.getReader();
  let unpacked: ReadableStreamDefaultReader<Uint8Array> | null = null;
  let compressedFailure: unknown;
  const open = async (): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    const head = await readHead(reader);
    const source = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(head),
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          compressedFailure = error;
          throw error;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    });
    return source.pipeThrough(new DecompressionStream('gzip') as never).getReader() as never;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        unpacked ??= await open();
        const { done, value } = await unpacked.read().catch((error: Error) => {
          // The stream itself broke: that is another story than a damaged file.
          if (compressedFailure !== undefined) throw compressedFailure;
          throw failed(reasonOf(error));
        });
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel(reason) {
        await (unpacked ?? reader).cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The first bytes, of which it can be told whether they begin a gzip file. */
async function readHead(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  while (head.length < HEADER_BYTES) {
    const { done, value } = await reader.read();
    if (done) throw failed(head.length === 0 ? 'EOF' : 'unexpected EOF');
    const longer = new Uint8Array(head.length + value.length);
    longer.set(head);
    longer.set(value, head.length);
    head = longer;
  }
  if (head[0] !== 0x1f || head[1] !== 0x8b || head[2] !== 8) throw failed('gzip: invalid header');
  return head;
}

/** Node has a code for it and its words in the cause, workerd has words only. */
function reasonOf(error: Error & { code?: string }): string {
  const isCut =
    error.code === 'Z_BUF_ERROR' ||
    /unexpected end|terminated|closed|incomplete/i.test(error.message);
  if (isCut) return 'unexpected EOF';
  return error.message || (error.cause as Error | undefined)?.message || 'it is damaged';
}

function failed(reason: string): ArchiveError {
  return new ArchiveError(`failed to decompress snapshot: ${reason}`);
}
