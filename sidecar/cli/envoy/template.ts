/**
 * `envoy_bootstrap_json_tpl`: a template of Go's text/template, of which fields and conditions on fields are understood.
 */
import { CommandError } from '../command.ts';

type Fields = Readonly<Record<string, string>>;

interface Piece {
  readonly text: string;
  /** Between the braces; undefined for what stands as it is. */
  readonly action: string | undefined;
}

/** @throws CommandError for what is not understood */
export function renderTemplate(template: string, fields: Fields): string {
  const pieces = split(template);
  const { text, rest } = renderUntil(pieces, fields, false);
  if (rest.length > 0) throw new CommandError(`template: unexpected {{${rest[0]!.action}}}`);
  return text;
}

function split(template: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of template.matchAll(/(\s*\{\{- |\{\{)\s*(.*?)\s*( -\}\}\s*|\}\})/gs)) {
    pieces.push({ text: template.slice(at, match.index), action: undefined });
    pieces.push({ text: '', action: match[2]! });
    at = match.index + match[0].length;
  }
  pieces.push({ text: template.slice(at), action: undefined });
  return pieces;
}

interface Rendered {
  readonly text: string;
  /** From the action that ended it on. */
  readonly rest: readonly Piece[];
}

/** @param isInside whether an `if` is open, which has to end */
function renderUntil(pieces: readonly Piece[], fields: Fields, isInside: boolean): Rendered {
  let text = '';
  let rest = pieces;
  while (rest.length > 0) {
    const [piece, ...others] = rest;
    const { action } = piece!;
    if (action === undefined) text += piece!.text;
    else if (action === 'end' || action === 'else') return { text, rest };
    else if (action.startsWith('if ')) {
      const branch = renderCondition(action.slice(3), others, fields);
      text += branch.text;
      rest = branch.rest;
      continue;
    } else text += fieldOf(action, fields);
    rest = others;
  }
  if (isInside) throw new CommandError('template: unexpected EOF');
  return { text, rest };
}

function renderCondition(field: string, pieces: readonly Piece[], fields: Fields): Rendered {
  const then = renderUntil(pieces, fields, true);
  const hasElse = then.rest[0]!.action === 'else';
  const other = hasElse
    ? renderUntil(then.rest.slice(1), fields, true)
    : { text: '', rest: then.rest };
  const value = fieldOf(field, fields);
  const isTrue = value !== '' && value !== 'false';
  return { text: isTrue ? then.text : other.text, rest: other.rest.slice(1) };
}

function fieldOf(action: string, fields: Fields): string {
  const name = /^\.(\w+)$/.exec(action)?.[1];
  const value = name === undefined ? undefined : fields[name];
  if (value === undefined) {
    throw new CommandError(
      `template: {{${action}}} is not understood: only fields, and conditions on fields, are`,
    );
  }
  return value;
}
