/** The examples of a Markdown file: fenced blocks whose info string says what is to be done with them. */

/** One command and what the document says that it prints. */
export interface Command {
  /** As written, continued lines included. */
  readonly text: string;
  readonly expected: readonly string[];
  /** Where it stands in the document, from 1. */
  readonly line: number;
}

export interface CommandBlock {
  readonly kind: 'commands';
  readonly commands: readonly Command[];
  /** The last command is awaited only after the next block. */
  readonly isBackground: boolean;
  /** The last command is repeated until it prints what it should. */
  readonly isEventual: boolean;
}

export interface FileBlock {
  readonly kind: 'file';
  readonly name: string;
  readonly content: string;
}

export type Block = CommandBlock | FileBlock;

interface Fence {
  readonly info: readonly string[];
  readonly lines: readonly string[];
  /** The line of the opening fence, from 1. */
  readonly line: number;
  /** The line above the fence. */
  readonly before: string;
}

/** Blocks that are to be played, in their order. */
export function parseExamples(markdown: string): Block[] {
  return parseFences(markdown).flatMap((fence): Block[] => {
    const file = fence.info.find((word) => word.startsWith('file='))?.slice('file='.length);
    if (file !== undefined) {
      return [{ kind: 'file', name: file, content: `${fence.lines.join('\n')}\n` }];
    }
    if (!fence.info.includes('test')) return [];
    return [
      {
        kind: 'commands',
        commands: parseCommands(fence),
        isBackground: fence.info.includes('background'),
        isEventual: fence.info.includes('eventually'),
      },
    ];
  });
}

/** Names a block in a list of tests. */
export function titleOf(block: Block): string {
  if (block.kind === 'file') return `the file ${block.name}`;
  const [first] = block.commands;
  return `line ${first?.line}: ${first?.text.split('\n')[0]}`;
}

/**
 * Blocks that look like examples and are not played: each has to say why, in a comment `<!-- not run: ... -->` above it.
 *
 * @returns the lines of those that do not
 */
export function findUntested(markdown: string): number[] {
  return parseFences(markdown)
    .filter(({ info }) => /^(?:console|sh|shell|bash)$/.test(info[0] ?? ''))
    .filter(({ info }) => !info.some((word) => word === 'test' || word.startsWith('file=')))
    .filter(({ before }) => !/^<!-- not run: .+ -->$/.test(before))
    .map(({ line }) => line);
}

function parseFences(markdown: string): Fence[] {
  const fences: Fence[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const open = /^```(\S.*)?$/.exec(lines[at]!);
    if (open === null) continue;
    const end = lines.indexOf('```', at + 1);
    if (end === -1) throw new Error(`line ${at + 1}: the block is never closed`);
    const info = (open[1] ?? '').split(/\s+/).filter((word) => word !== '');
    fences.push({
      info,
      lines: lines.slice(at + 1, end),
      line: at + 1,
      before: lines[at - 1] ?? '',
    });
    at = end;
  }
  return fences;
}

function parseCommands(fence: Fence): Command[] {
  const commands: { text: string; expected: string[]; line: number }[] = [];
  let isContinued = false;
  fence.lines.forEach((line, at) => {
    const last = commands.at(-1);
    if (line.startsWith('$ ')) {
      commands.push({ text: line.slice(2), expected: [], line: fence.line + at + 1 });
    } else if (last === undefined) {
      throw new Error(`line ${fence.line + at + 1}: an example begins with "$ "`);
    } else if (isContinued || hasOpenQuote(last.text)) {
      last.text += `\n${line}`;
    } else {
      last.expected.push(line);
      return;
    }
    isContinued = line.endsWith('\\');
  });
  return commands;
}

/** A single-quoted text may go over lines, as the body of a transaction does. */
function hasOpenQuote(command: string): boolean {
  return (command.match(/'/g)?.length ?? 0) % 2 === 1;
}
