import path from 'node:path';
import { parseSync } from 'rolldown/utils';
import type { ProjectPath } from './source-tree.ts';
import { folderOf, read } from './source-tree.ts';

export interface FunctionSpan {
  /** Where it begins, from 1. */
  line: number;
  lines: number;
}

export interface Call {
  line: number;
  /** The callee as written, without arguments: `Date.now`, `it.only`, `setTimeout`, `new Date`. */
  name: string;
  argumentCount: number;
}

/** What the checks need to know of one file of TypeScript or JavaScript. */
export interface ParsedFile {
  path: ProjectPath;
  lineCount: number;
  commentLineCount: number;
  /** Module specifiers as written, of imports, re-exports and `import()`, types included. */
  imports: string[];
  /** Other string literals: a worker's or a child process's file is named by one. */
  strings: string[];
  functions: FunctionSpan[];
  calls: Call[];
  /** Identifiers used as the object of a member: `console` in `console.log`. */
  objects: { line: number; name: string }[];
}

/** A node of the syntax tree, as far as this file looks into it. */
interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** @throws Error naming the file when it does not parse */
export function parseFile(file: ProjectPath): ParsedFile {
  const text = read(file);
  const tree = parseSync(path.basename(file), text);
  const [error] = tree.errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message}`);
  const lines = new LineIndex(text);
  const parsed: ParsedFile = {
    path: file,
    lineCount: lines.count,
    commentLineCount: countCommentLines(text),
    imports: [],
    strings: [],
    functions: [],
    calls: [],
    objects: [],
  };
  visit(tree.program, (node) => collect(node, parsed, lines));
  return parsed;
}

function collect(node: SyntaxNode, parsed: ParsedFile, lines: LineIndex): void {
  const line = lines.at(node.start);
  if (FUNCTIONS.has(node.type)) {
    parsed.functions.push({ line, lines: lines.at(node.end) - line + 1 });
  }
  if (isSyntaxNode(node.source) && typeof node.source.value === 'string') {
    parsed.imports.push(node.source.value);
  } else if (node.type === 'TSImportType' && isSyntaxNode(node.argument)) {
    parsed.imports.push(literalOf(node.argument));
  }
  if (node.type === 'Literal' && typeof node.value === 'string') parsed.strings.push(node.value);
  if (node.type === 'MemberExpression' && isSyntaxNode(node.object)) {
    if (node.object.type === 'Identifier') parsed.objects.push({ line, name: nameOf(node.object) });
  }
  if (node.type === 'CallExpression' || node.type === 'NewExpression') {
    const name = isSyntaxNode(node.callee) ? nameOf(node.callee) : '';
    parsed.calls.push({
      line,
      name: node.type === 'NewExpression' ? `new ${name}` : name,
      argumentCount: Array.isArray(node.arguments) ? node.arguments.length : 0,
    });
  }
}

function literalOf(node: SyntaxNode): string {
  const literal = isSyntaxNode(node.literal) ? node.literal : node;
  return typeof literal.value === 'string' ? literal.value : '';
}

/** `a.b.c` for members of plain names; computed and other callees become `?`. */
function nameOf(node: SyntaxNode): string {
  if (node.type === 'Identifier') return String(node.name);
  if (node.type !== 'MemberExpression' || node.computed === true) return '?';
  const { object, property } = node;
  return isSyntaxNode(object) && isSyntaxNode(property)
    ? `${nameOf(object)}.${nameOf(property)}`
    : '?';
}

function visit(value: unknown, onNode: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) {
    for (const element of value) visit(element, onNode);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (isSyntaxNode(value)) onNode(value);
  for (const child of Object.values(value)) visit(child, onNode);
}

function isSyntaxNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
  );
}

/** Lines that hold nothing but comment: a heuristic by the line's first characters. */
function countCommentLines(text: string): number {
  return text.split('\n').filter((line) => /^\s*(?:\/\/|\/\*|\*)/.test(line)).length;
}

class LineIndex {
  readonly count: number;
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.starts.push(at + 1);
    }
    this.count = text.endsWith('\n') ? this.starts.length - 1 : this.starts.length;
  }

  /** The line of an offset, from 1. */
  at(offset: number): number {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

/**
 * The files of the project that `file` leads to: its relative imports, and every string that is the path of a file, from
 * its own folder or from the root.
 */
export function references(parsed: ParsedFile, files: ReadonlySet<ProjectPath>): ProjectPath[] {
  const candidates = [...parsed.imports, ...parsed.strings].flatMap((text) => [
    path.posix.join(folderOf(parsed.path), text),
    path.posix.normalize(text),
  ]);
  return candidates.filter((candidate) => files.has(candidate));
}

/** Where a relative specifier leads; undefined for a package. */
export function resolveRelative(file: ProjectPath, specifier: string): ProjectPath | undefined {
  return specifier.startsWith('.') ? path.posix.join(folderOf(file), specifier) : undefined;
}
