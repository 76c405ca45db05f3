/** Counts each operation on a real agent and control plane, prices a month of them, and stores both. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CountedAgent } from './counted-agent.ts';
import { type Counts, subtract } from './counting-worker.ts';
import { renderCost } from './document.ts';
import { type CountsByOperation, TYPICAL_HOST } from './month.ts';
import { type Operation, type OperationId, operations } from './operations.ts';

const USAGE = `usage: node bench/cost.mjs [--out FILE]     about five minutes; FILE is docs/cost.md unless given`;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** @returns the exit code: 0 when all was counted, 1 when not, 2 for a wrong option. */
export async function main(args: readonly string[]): Promise<number> {
  let out: string;
  try {
    const { values } = parseArgs({ args: [...args], options: { out: { type: 'string' } } });
    out = path.resolve(values.out ?? path.join(root, 'docs/cost.md'));
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  if (!existsSync(path.join(root, 'dist/worker.js'))) {
    console.error('cost: the programs are not built: npm run build');
    return 1;
  }
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => interrupt.abort());
  const all = operations();
  try {
    const text = renderCost(all, await countAll(all, interrupt.signal), TYPICAL_HOST);
    console.log(text);
    writeFileSync(out, text);
    return 0;
  } catch (error) {
    console.error(`cost: ${(error as Error).message}`);
    return 1;
  }
}

async function countAll(
  all: readonly Operation[],
  signal: AbortSignal,
): Promise<CountsByOperation> {
  const counted = await CountedAgent.start(root, path.join(root, 'test-output/cost'), signal);
  const result: Partial<Record<OperationId, Counts>> = {};
  try {
    let before = await counted.settledCounts();
    for (const operation of all) {
      signal.throwIfAborted();
      console.error(`counting: ${operation.title}`);
      await operation.run(counted.agent);
      const after = await counted.settledCounts();
      result[operation.id] = divide(subtract(after, before), operation.times);
      before = after;
    }
  } finally {
    await counted.stop();
  }
  return result as CountsByOperation;
}

function divide(counts: Counts, by: number): Counts {
  return {
    messages: counts.messages / by,
    rowsRead: counts.rowsRead / by,
    rowsWritten: counts.rowsWritten / by,
  };
}
