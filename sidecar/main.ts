/**
 * Where Node begins: turns on the cache of compiled code, then loads the program, which only then comes out of it.
 *
 * A short command's time is mostly that of loading its code.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
void import('./program.ts')
  .then(({ runProgram }) => runProgram(process.argv.slice(2)))
  .then((exitCode) => (process.exitCode = exitCode));
