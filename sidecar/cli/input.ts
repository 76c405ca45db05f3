/** Arguments that stand for something else: `-` for standard input, `@path` for a file. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeFileError } from '../client/errors.ts';
import { CommandError } from './command.ts';
import type { CommandIO } from './command-io.ts';

/** More than any agent takes; it keeps a wrong path (a device, an image) from filling the memory. */
const MAX_INPUT_BYTES = 512 * 1024 * 1024;

/** Throws Error worded for the user. */
export async function readArgument(argument: string, io: CommandIO): Promise<Buffer> {
  if (argument === '-') {
    try {
      return await readAll(io.stdin);
    } catch (error) {
      throw new Error(`Failed to read stdin: ${(error as Error).message}`, { cause: error });
    }
  }
  if (!argument.startsWith('@')) return Buffer.from(argument);
  try {
    return readFile(argument.slice(1), io);
  } catch (error) {
    throw new Error(`Failed to read file: ${(error as Error).message}`, { cause: error });
  }
}

/** Throws Error worded as Go's. */
export function readFile(path: string, io: CommandIO): Buffer {
  // An empty path would resolve to the directory itself.
  if (path === '') throw new Error('open : no such file or directory');
  try {
    return readFileSync(resolve(io.cwd, path));
  } catch (error) {
    throw new Error(describeFileError(error, path), { cause: error });
  }
}

async function readAll(stream: CommandIO['stdin']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer | string>) {
    const buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    bytes += buffer.length;
    if (bytes > MAX_INPUT_BYTES) throw new Error(`more than ${MAX_INPUT_BYTES} bytes`);
    chunks.push(buffer);
  }
  return Buffer.concat(chunks);
}

/** The same, ending the command when the data cannot be read. */
export async function readDataArgument(argument: string, io: CommandIO): Promise<Buffer> {
  try {
    return await readArgument(argument, io);
  } catch (error) {
    throw new CommandError(`Error! ${(error as Error).message}`);
  }
}
