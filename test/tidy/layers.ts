import type { ProjectPath } from './source-tree.ts';

/**
 * Which folder may import what. Arrows go downward only; this table is the rule, and the "May import:" lines of the READMEs
 * repeat it for readers.
 */
export interface Layer {
  folder: ProjectPath;
  /** Folders of the project besides its own. */
  folders: readonly ProjectPath[];
  /** Package names; `*` stands for every package that package.json depends on at run time. */
  packages: readonly string[];
  /** Whether it may use Node's own modules. */
  node: boolean;
}

const RUNTIME = '*';

/** The part of the sidecar that connects its others. */
const CONNECTING = 'sidecar/agent';

/** The first entry whose folder holds a file is its layer: the more special come first. */
export const LAYERS: readonly Layer[] = [
  { folder: 'protocol', folders: [], packages: [], node: false },
  { folder: 'http-api', folders: ['protocol'], packages: ['hono', 'modern-tar'], node: false },
  {
    // Signing is part of a write, and so must not wait: Web Crypto does.
    folder: 'durable-objects/ca',
    folders: ['protocol', 'http-api', 'durable-objects'],
    packages: [],
    node: true,
  },
  {
    folder: 'durable-objects',
    folders: ['protocol', 'http-api', 'migrations'],
    packages: ['drizzle-orm', 'hono', '@noble/hashes', 'cloudflare:workers'],
    node: false,
  },
  {
    folder: 'workers',
    folders: ['protocol', 'http-api', 'durable-objects'],
    packages: ['hono', 'jose', 'cloudflare:workers'],
    node: false,
  },
  {
    folder: 'sidecar/cli',
    folders: [
      'sidecar/client',
      'sidecar/lib',
      'protocol',
      'http-api/snapshot',
      'http-api/filter/regex',
    ],
    packages: ['modern-tar'],
    node: true,
  },
  { folder: 'sidecar', folders: ['protocol', 'http-api'], packages: [RUNTIME], node: true },
  { folder: 'ui', folders: [], packages: [RUNTIME], node: false },
  { folder: 'bench', folders: ['scripts', 'test/support'], packages: [RUNTIME], node: true },
  { folder: 'scripts', folders: [], packages: [RUNTIME, 'rolldown'], node: true },
  { folder: 'examples', folders: ['scripts'], packages: [], node: true },
  { folder: 'migrations', folders: [], packages: [], node: false },
];

/** @returns undefined for what stands outside every layer: the root's configuration files and `test/` */
export function layerOf(file: ProjectPath): Layer | undefined {
  const layer = LAYERS.find((candidate) => file.startsWith(`${candidate.folder}/`));
  const part = /^sidecar\/[^/]+(?=\/)/.exec(file)?.[0];
  // The sidecar's folders know nothing of one another; only the files at its top and those of `agent`, which connect them, see them all.
  const isPart = layer?.folder === 'sidecar' && part !== undefined && part !== CONNECTING;
  return isPart ? sidecarPart(part) : layer;
}

function sidecarPart(folder: ProjectPath): Layer {
  const folders = ['protocol', 'http-api', 'sidecar/lib'];
  return { folder, folders, packages: [RUNTIME], node: true };
}

export interface Dependencies {
  runtime: ReadonlySet<string>;
  development: ReadonlySet<string>;
}

/**
 * Whether a file of `layer` may import the package `specifier`.
 *
 * @param isTest tests beside the source run in Node and may use the development dependencies as well
 */
export function allowsPackage(
  layer: Layer,
  specifier: string,
  isTest: boolean,
  dependencies: Dependencies,
): boolean {
  if (specifier.startsWith('node:')) return layer.node || isTest;
  const name = packageName(specifier);
  if (isTest && (dependencies.development.has(name) || dependencies.runtime.has(name))) return true;
  if (layer.packages.includes(name)) return true;
  return layer.packages.includes(RUNTIME) && dependencies.runtime.has(name);
}

export function allowsFile(layer: Layer, target: ProjectPath): boolean {
  return [layer.folder, ...layer.folders].some((folder) => target.startsWith(`${folder}/`));
}

/** `@scope/name` of `@scope/name/deep/path`. */
export function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}
