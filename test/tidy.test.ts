/**
 * Tests the source tree itself: lengths, names, import arrows, dead files, banned calls, READMEs, and what must not stand in
 * a public repository. The rules are those of CONTRIBUTING.md.
 */
import { describe, expect, it } from 'vitest';
import { allowsFile, allowsPackage, layerOf, packageName } from './tidy/layers.ts';
import { parseFile, references, resolveRelative } from './tidy/parsed-file.ts';
import type { ParsedFile } from './tidy/parsed-file.ts';
import {
  folderOf,
  isCode,
  isGenerated,
  isTest,
  isTestSupport,
  listFiles,
  read,
} from './tidy/source-tree.ts';

const MAX_FILE_LINES = 300;
const MAX_MEDIAN_LINES = 120;
const MAX_FUNCTION_LINES = 70;

const files = listFiles();
const fileSet = new Set(files);
const code = files.filter(isCode).map(parseFile);
const shipped = code.filter((file) => !isTest(file.path) && !isTestSupport(file.path));

/** The offenders stand in the failure message, one a line. */
function expectNone(offenders: readonly string[]): void {
  expect(offenders.join('\n')).toBe('');
}

describe('lengths', () => {
  it(`no file beyond ${MAX_FILE_LINES} lines`, () => {
    expectNone(
      shipped
        .filter((file) => file.lineCount > MAX_FILE_LINES)
        .map((file) => `${file.path}: ${file.lineCount} lines`),
    );
  });

  it(`a median of at most ${MAX_MEDIAN_LINES} lines`, () => {
    const counts = shipped.map((file) => file.lineCount).toSorted((a, b) => a - b);
    expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(MAX_MEDIAN_LINES);
  });

  it(`no function beyond ${MAX_FUNCTION_LINES} lines`, () => {
    expectNone(
      shipped.flatMap((file) =>
        file.functions
          .filter((span) => span.lines > MAX_FUNCTION_LINES)
          .map((span) => `${file.path}:${span.line}: ${span.lines} lines`),
      ),
    );
  });

  it('reports its comments', () => {
    const total = shipped.reduce((sum, file) => sum + file.lineCount, 0);
    const comments = shipped.reduce((sum, file) => sum + file.commentLineCount, 0);
    const share = Math.round((100 * comments) / total);
    console.log(`${shipped.length} files, ${total} lines, ${share} % of them comment`);
    expect(share).toBeGreaterThan(5);
  });
});

/** Names that tools and readers expect as they are. */
const CONVENTIONAL = new Set([
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'LICENSE',
  'BENCHMARKS.md',
]);
const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Dot files belong to their tools; of other names the stem counts, suffixes such as `.test.ts` or `.d` do not, nor does
 * `_test`, by which Go knows its tests.
 */
function hasTidyName(file: string): boolean {
  return file
    .split('/')
    .every(
      (part) =>
        CONVENTIONAL.has(part) ||
        part.startsWith('.') ||
        KEBAB.test(part.replace(/_test\.go$/, '').split('.')[0] ?? ''),
    );
}

describe('names', () => {
  it('files and folders are kebab-case', () => {
    // Data of a migration is called as the migration is.
    const isNamedByTool = (file: string): boolean =>
      isGenerated(file) || file.startsWith('test/migrations/data/');
    expectNone(files.filter((file) => !isNamedByTool(file) && !hasTidyName(file)));
  });
});

const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
const dependencies = {
  runtime: new Set(Object.keys(manifest.dependencies ?? {})),
  development: new Set(Object.keys(manifest.devDependencies ?? {})),
};

function isDeclared(specifier: string): boolean {
  return (
    /^(?:\.|node:|cloudflare:)/.test(specifier) ||
    dependencies.runtime.has(packageName(specifier)) ||
    dependencies.development.has(packageName(specifier))
  );
}

/** What is wrong with an import, or undefined. */
function offence(file: ParsedFile, specifier: string): string | undefined {
  const layer = layerOf(file.path);
  if (layer === undefined) return undefined;
  const runsInNode = isTest(file.path) || isTestSupport(file.path);
  const target = resolveRelative(file.path, specifier);
  const allowed =
    target === undefined
      ? allowsPackage(layer, specifier, runsInNode, dependencies)
      : allowsFile(layer, target);
  return allowed ? undefined : `${file.path}: ${specifier}`;
}

function missingImports(file: ParsedFile): string[] {
  return file.imports
    .map((specifier) => resolveRelative(file.path, specifier))
    .filter((target) => target !== undefined && !fileSet.has(target))
    .map((target) => `${file.path}: ${target}`);
}

describe('imports', () => {
  it('go downward only', () => {
    expectNone(
      code.flatMap((file) => file.imports.flatMap((specifier) => offence(file, specifier) ?? [])),
    );
  });

  it('name an existing file with its extension', () => {
    expectNone(code.flatMap(missingImports));
  });

  it('have their packages in package.json', () => {
    expectNone(
      code.flatMap((file) =>
        file.imports.filter((s) => !isDeclared(s)).map((s) => `${file.path}: ${s}`),
      ),
    );
  });
});

describe('dead files', () => {
  /** What somebody starts by name: a program, a script of package.json or of CI, a tool's configuration. */
  const ENTRIES = [
    /^sidecar\/main\.ts$/,
    /^workers\/index\.ts$/,
    /^bench\/[^/]+\.mjs$/,
    /^scripts\/[^/]+\.mjs$/,
    /^examples\/.*\.mjs$/,
    /^[^/]+\.config\.ts$/,
    /\.test\.ts$/,
    /^test\/(linearizability|interop\/differential)\/run\.mjs$/,
    // A program that the examples of the README start.
    /^test\/readme\/dig\.ts$/,
    // `npm run simulate`.
    /^test\/simulation\/main\.ts$/,
    // Ambient declarations are seen by the compiler without an import.
    /\.d\.ts$/,
  ];

  it('every file is reached from an entry or a test', () => {
    const byPath = new Map(code.map((file) => [file.path, file]));
    const reached = new Set<string>();
    const queue = code
      .map((file) => file.path)
      .filter((file) => ENTRIES.some((entry) => entry.test(file)));
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const file = byPath.get(next);
      if (file === undefined || reached.has(next)) continue;
      reached.add(next);
      queue.push(...references(file, fileSet));
    }
    expectNone([...byPath.keys()].filter((file) => !reached.has(file)));
  });
});

type CallTest = (name: string, argumentCount: number) => boolean;

function callsIn(where: RegExp, banned: CallTest): string[] {
  return code
    .filter((file) => where.test(file.path) && !isTest(file.path))
    .flatMap((file) =>
      file.calls
        .filter((call) => banned(call.name, call.argumentCount))
        .map((call) => `${file.path}:${call.line}: ${call.name}`),
    );
}

describe('banned calls', () => {
  it('state reads no clock and no randomness, and sets no timer', () => {
    // Time and identifiers come in with the command; a timer in the object would keep it from hibernating.
    const BANNED = new Set([
      'Date.now',
      'performance.now',
      'Math.random',
      'crypto.randomUUID',
      'crypto.getRandomValues',
      'setTimeout',
      'setInterval',
    ]);
    const where = /^(?:protocol|durable-objects\/(?:state|watch|acl|db))\//;
    expectNone(
      callsIn(where, (name, count) => BANNED.has(name) || (name === 'new Date' && count === 0)),
    );
  });

  it('the object has no recurring timer', () => {
    // A short one-shot is the caller's to justify; one that recurs keeps the object awake for ever.
    expectNone(callsIn(/^durable-objects\/(?!testing\/)/, (name) => name === 'setInterval'));
  });

  it('only programs for people write to the console', () => {
    // An object's console is the platform's log.
    const MAY_WRITE =
      /^(?:sidecar\/cli|bench|scripts|examples|test|durable-objects\/(?:alarms|ca-founding))/;
    expectNone(
      code
        .filter((file) => !MAY_WRITE.test(file.path) && !isTest(file.path))
        .flatMap((file) =>
          file.objects
            .filter((object) => object.name === 'console')
            .map((object) => `${file.path}:${object.line}: console`),
        ),
    );
  });

  it('tests neither single out nor skip', () => {
    const BANNED = /^(?:it|test|describe)\b.*\.(?:only|skip|todo)\b/;
    expectNone(
      code
        .filter((file) => isTest(file.path))
        .flatMap((file) =>
          file.calls
            .filter((call) => BANNED.test(call.name))
            .map((call) => `${file.path}:${call.line}: ${call.name}`),
        ),
    );
  });
});

describe('decisions', () => {
  it('each has a number of its own', () => {
    const numbered = files.flatMap((file) => /^docs\/adr\/(\d{4})-/.exec(file)?.[1] ?? []);
    expectNone(numbered.filter((number, at) => numbered.indexOf(number) !== at));
  });
});

describe('READMEs', () => {
  it('every folder with code has one that says what it may import', () => {
    const folders = new Set(code.map((file) => folderOf(file.path)).filter((name) => name !== ''));
    expectNone(
      [...folders].filter((folder) => {
        const readme = `${folder}/README.md`;
        return !fileSet.has(readme) || !/^May import:/m.test(read(readme));
      }),
    );
  });
});

const TEXT = /\.(?:ts|mjs|js|json|md|sh|sql|toml|hcl|capnp|ctmpl|svg|html|css|yml|lua)$|^[^.]*$/;

/** @returns file and line of each line that matches */
function linesMatching(pattern: RegExp): string[] {
  return files
    .filter((file) => TEXT.test(file))
    .flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((text, index) => (pattern.test(text) ? [`${file}:${index + 1}`] : [])),
    );
}

describe('what a public repository must not hold', () => {
  it('no host of a package registry', () => {
    // Put together here, so that this file does not name them either.
    const hosts = [
      ['registry', 'npmjs', 'org'],
      ['registry', 'yarnpkg', 'com'],
      ['npm', 'pkg', 'github', 'com'],
      ['proxy', 'golang', 'org'],
      ['files', 'pythonhosted', 'org'],
      ['pypi', 'org'],
    ].map((parts) => parts.join('\\.'));
    expectNone(linesMatching(new RegExp(hosts.join('|'))));
  });

  it('no absolute path of a machine it was written on', () => {
    const paths = ['work', 'root', 'home/[a-z]+'].join('|');
    expectNone(linesMatching(new RegExp(`(?<![\\w.\\-$}*)\\]])/(?:${paths})/`)));
  });
});
