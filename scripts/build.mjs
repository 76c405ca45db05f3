// Bundles the two programs: dist/worker.js for workerd and dist/main.js (with its lazily loaded commands) for Node.
//
//   node scripts/build.mjs [--if-needed]     --if-needed: only when a source is newer than the last build
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built');
const SOURCES = ['protocol', 'http-api', 'durable-objects', 'workers', 'migrations', 'sidecar', 'scripts/build.mjs', 'package.json'];

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

async function bundle(input, output, options) {
  const build = await rolldown({ input: path.join(root, input), ...options });
  await build.write(output);
  await build.close();
}

fs.mkdirSync(dist, { recursive: true });
await bundle('workers/index.ts', { file: path.join(dist, 'worker.js'), format: 'esm', sourcemap: true }, {
  platform: 'browser',
  external: [/^cloudflare:/, /^node:/],
  moduleTypes: { '.sql': 'text' },
  resolve: { conditionNames: ['workerd', 'worker', 'import', 'default'] },
});
// Chunks are removed first: their names carry hashes and would pile up.
for (const name of fs.readdirSync(dist)) if (/^(main|chunk-.*)\.js(\.map)?$/.test(name)) fs.rmSync(path.join(dist, name));
await bundle('sidecar/main.ts', {
  dir: dist,
  format: 'esm',
  entryFileNames: 'main.js',
  chunkFileNames: 'chunk-[name]-[hash].js',
  sourcemap: true,
}, { platform: 'node', external: [/^node:/, 'bufferutil', 'utf-8-validate'] });
fs.writeFileSync(stamp, `${startedAt}\n`);
fs.utimesSync(stamp, new Date(startedAt), new Date(startedAt));
console.log(`built dist/ in ${Date.now() - startedAt} ms`);
