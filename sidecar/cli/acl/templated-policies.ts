/** Templates with their variables, by flags or from a file. */
import { CommandError } from '../command.ts';
import type { CommandIO } from '../command-io.ts';
import { readFile } from '../input.ts';
import type { TemplatedPolicy } from './types.ts';

export interface TemplateFlags {
  readonly template: string;
  readonly file: string;
  /** `name:value`; names ignore case, and the last of a name counts. */
  readonly variables: readonly string[];
}

/** Throws CommandError. */
export async function readTemplatedPolicies(
  { template, file, variables }: TemplateFlags,
  io: CommandIO,
): Promise<TemplatedPolicy[]> {
  if (template !== '') {
    const Name = parseVariables(variables).get('name');
    return [
      Name === undefined
        ? { TemplateName: template }
        : { TemplateName: template, TemplateVariables: { Name } },
    ];
  }
  return file === '' ? [] : readTemplateFile(file, io);
}

function parseVariables(texts: readonly string[]): Map<string, string> {
  const variables = new Map<string, string>();
  for (const text of texts) {
    const [name = '', value, ...more] = text.split(':');
    if (value === undefined || more.length > 0) {
      const quoted = JSON.stringify(text);
      throw new CommandError(`malformed -var argument: ${quoted}, expecting VariableName:Value`);
    }
    variables.set(name.toLowerCase(), value);
  }
  return variables;
}

/** HCL or JSON: `TemplatedPolicy "builtin/service" { Name = "api" }`, as often as wanted. */
async function readTemplateFile(path: string, io: CommandIO): Promise<TemplatedPolicy[]> {
  let file: Record<string, unknown>;
  try {
    const text = readFile(path, io).toString('utf8');
    file = await (await io.services.configuration()).parseHCL(text, path);
  } catch (error) {
    throw new CommandError(`Failed to read file: ${(error as Error).message}`);
  }
  const key = Object.keys(file).find((name) => name.toLowerCase() === 'templatedpolicy');
  const blocks = key === undefined ? [] : asList(file[key]);
  return blocks.flatMap((block) =>
    Object.entries(block).flatMap(([TemplateName, bodies]) =>
      asList(bodies).map((body) => ({
        TemplateName,
        TemplateVariables: { Name: variableOf(body) },
      })),
    ),
  );
}

function asList(value: unknown): Record<string, unknown>[] {
  const items = Array.isArray(value) ? value : [value];
  return items.filter((item): item is Record<string, unknown> => {
    return typeof item === 'object' && item !== null;
  });
}

function variableOf(body: Record<string, unknown>): string {
  const key = Object.keys(body).find((name) => name.toLowerCase() === 'name');
  return key === undefined ? '' : String(body[key]);
}
