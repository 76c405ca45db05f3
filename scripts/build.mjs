// Bundles the two programs: dist/worker.js for workerd and dist/main.cjs (with its lazily loaded commands) for Node.
//
//   node scripts/build.mjs [--if-needed]     --if-needed: only when a source is newer than the last build
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built');
const SOURCES = [
  'protocol',
  'http-api',
  'durable-objects',
  'workers',
  'migrations',
  'sidecar',
  'scripts/build.mjs',
  'package.json',
];

/** What every command loads, in one file: opening a module costs more than reading it. */
const EVERY_COMMAND =
  /sidecar\/(program|agent\/host\/command-services|cli\/(run|registry|commands[a-z-]*|process-io|program|command|flags|api-flags|output)|client\/(client-config|address|errors|http-client|json|kv|blocking)|lib\/version)\.ts$|protocol\/duration\.ts$|rolldown\/runtime/;

function newestSource() {
  let newest = 0;
  const visit = (file) => {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return;
    // A directory's own time tells of deleted files.
    newest = Math.max(newest, stat.mtimeMs);
    if (stat.isDirectory()) for (const name of fs.readdirSync(file)) visit(path.join(file, name));
  };
  for (const source of SOURCES) visit(path.join(root, source));
  return newest;
}

function isCurrent() {
  const built = fs.statSync(stamp, { throwIfNoEntry: false });
  return built !== undefined && built.mtimeMs >= newestSource();
}

if (process.argv.includes('--if-needed') && isCurrent()) process.exit(0);

const { rolldown } = await import('rolldown');
const startedAt = Date.now();
// Built beside the old one and then put in its place: a build that fails leaves what there was.
const fresh = fs.mkdtempSync(path.join(root, '.dist-'));
process.on('exit', () => fs.rmSync(fresh, { recursive: true, force: true }));

async function bundle(input, output, options) {
  const build = await rolldown({ input: path.join(root, input), ...options });
  await build.write(output);
  await build.close();
}

await bundle(
  'workers/index.ts',
  { file: path.join(fresh, 'worker.js'), format: 'esm', sourcemap: true },
  {
    platform: 'browser',
    external: [/^cloudflare:/, /^node:/],
    moduleTypes: { '.sql': 'text' },
    resolve: { conditionNames: ['workerd', 'worker', 'import', 'default'] },
  },
);
await bundle(
  'sidecar/main.ts',
  {
    dir: fresh,
    // Node reads a file of this form at once; one module that imports another costs it some milliseconds of waiting.
    format: 'cjs',
    entryFileNames: 'main.cjs',
    chunkFileNames: 'chunk-[name]-[hash].cjs',
    codeSplitting: { groups: [{ name: 'command', test: EVERY_COMMAND }] },
    sourcemap: true,
  },
  { platform: 'node', external: [/^node:/, 'bufferutil', 'utf-8-validate'] },
);

fs.mkdirSync(dist, { recursive: true });
const built = new Set(fs.readdirSync(fresh));
// Chunks first, then what refers to them; programs that run keep the files that they have open.
for (const name of [...built].sort(
  (a, b) => Number(b.startsWith('chunk-')) - Number(a.startsWith('chunk-')),
)) {
  fs.renameSync(path.join(fresh, name), path.join(dist, name));
}
for (const name of fs.readdirSync(dist)) {
  if (/^(main|worker|chunk-.*)\.c?js(\.map)?$/.test(name) && !built.has(name))
    fs.rmSync(path.join(dist, name));
}
fs.writeFileSync(stamp, `${startedAt}\n`);
fs.utimesSync(stamp, new Date(startedAt), new Date(startedAt));
console.log(`built dist/ in ${Date.now() - startedAt} ms`);
