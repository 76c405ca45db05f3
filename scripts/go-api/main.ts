/** `npm run test:go-api -- [--all | --update] [NAME ...]` */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingPrograms, PROGRAMS } from '../programs.ts';
import { GoClientSuite } from './suite.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SUITE = path.join(root, '../shared/conformance/go-api');
const PASSING = path.join(root, 'test/go-api/passing.json');
const OUTPUT = path.join(root, 'test-output/go-api');

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const isUpdate = args.includes('--update');
  const isAll = isUpdate || args.includes('--all');
  const named = args.filter((arg) => !arg.startsWith('--'));
  const missing = missingPrograms([PROGRAMS.go]);
  if (missing.length > 0 || !fs.existsSync(SUITE)) {
    console.error(
      missing[0] ?? `the client's suite is not beside this checkout: ${SUITE} is missing`,
    );
    return 1;
  }
  const passing = JSON.parse(fs.readFileSync(PASSING, 'utf8')) as string[];
  const all = fs.readFileSync(path.join(SUITE, 'expected.txt'), 'utf8').trim().split('\n');
  const names = named.length > 0 ? named : isAll ? all : passing;
  fs.mkdirSync(OUTPUT, { recursive: true });
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-go-api-'));
  try {
    const suite = new GoClientSuite({
      directory: SUITE,
      program: path.join(root, 'bin/lictor'),
      scratch,
      output: OUTPUT,
    });
    const failed = await suite.run(names);
    for (const name of failed)
      console.log(`FAIL ${name}; see ${path.relative(root, OUTPUT)}/${name}`);
    const good = new Set(names.filter((name) => !failed.has(name)));
    if (isUpdate) enter(passing, good);
    console.log(`${good.size} passed, ${failed.size} failed`);
    return failed.size === 0 ? 0 : 1;
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** What stands in the list stays: it may only grow. */
function enter(passing: readonly string[], good: ReadonlySet<string>): void {
  const list = [...new Set([...passing, ...good])].toSorted();
  fs.writeFileSync(PASSING, `${JSON.stringify(list, null, 2)}\n`);
  console.log(`${list.length - passing.length} tests entered the list, which holds ${list.length}`);
}
