/** Help texts, laid out as Consul's. Loaded only when one is shown. */
import type { CommandDefinition } from './command.ts';
import type { FlagSpecs } from './flags.ts';
import { PROGRAM } from './program.ts';

const TEXT_WIDTH = 67;
const ABOUT_WIDTH = 76;

/** A line of a list of commands. */
export interface CommandSummary {
  readonly name: string;
  readonly synopsis: string;
}

export function renderCommandHelp(
  definition: Pick<CommandDefinition<FlagSpecs>, 'usage' | 'about' | 'flags'> & { api: FlagSpecs },
): string {
  const parts = [`Usage: ${PROGRAM} ${definition.usage}`, indent(flow(definition.about), 2)];
  if (Object.keys(definition.api).length > 0) {
    parts.push('HTTP API Options', renderFlags(definition.api));
  }
  if (Object.keys(definition.flags).length > 0) {
    parts.push('Command Options', renderFlags(definition.flags));
  }
  return parts.join('\n\n');
}

export function renderGroupHelp(
  path: string,
  about: string,
  subcommands: readonly CommandSummary[],
): string {
  const usage = `Usage: ${PROGRAM} ${path} <subcommand> [options] [args]`;
  const list = renderSummaries(subcommands);
  return `${usage}\n\n${indent(flow(about), 2)}\n\nSubcommands:\n${list}`;
}

export function renderProgramHelp(commands: readonly CommandSummary[]): string {
  const usage = `Usage: ${PROGRAM} [--version] [--help] <command> [<args>]`;
  return `${usage}\n\nAvailable commands are:\n${renderSummaries(commands)}\n`;
}

function renderSummaries(commands: readonly CommandSummary[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return commands
    .map(({ name, synopsis }) => `    ${name.padEnd(width)}    ${synopsis}`)
    .join('\n');
}

function renderFlags(specs: FlagSpecs): string {
  return Object.entries(specs)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, { placeholder, about }]) => {
      const value = placeholder === '' ? '' : `=<${placeholder}>`;
      return `  -${name}${value}\n${indent(wrap(about), 5)}`;
    })
    .join('\n\n');
}

/** Breaks paragraphs anew; those with indented lines are examples and stay as they are. */
function flow(text: string): string {
  return text
    .trim()
    .split('\n\n')
    .map((paragraph) => (/^ {4}/m.test(paragraph) ? paragraph : wrap(paragraph, ABOUT_WIDTH)))
    .join('\n\n');
}

/** Breaks a text into lines. */
export function wrap(text: string, width = TEXT_WIDTH): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

function indent(text: string, columns: number): string {
  const prefix = ' '.repeat(columns);
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : prefix + line))
    .join('\n');
}
