/** Differences as people read them: the requests as a short script, then what each side said. */
import type { Finding } from './play.ts';
import type { Step } from './step.ts';

/** Longer texts are cut in a report. */
const MAX_SHOWN = 1_200;

/** Findings with the same signature are most likely one defect. */
export function signatureOf({ step, differences }: Finding): string {
  const { where, consul, lictor } = differences[0]!;
  const path = step.path.split('?')[0]!.split('/').slice(0, 4).join('/');
  return [
    step.method,
    path,
    where.replace(/\[\d+\]/g, '[]'),
    consul.slice(0, 24),
    lictor.slice(0, 24),
  ].join(' ');
}

export function renderFinding(title: string, script: readonly Step[], finding: Finding): string {
  return [
    `--- ${title}`,
    ...script.map(renderStep),
    ...finding.differences
      .slice(0, 6)
      .flatMap(({ where, consul, lictor }) => [
        `  ${where}`,
        `    C ${cut(consul)}`,
        `    L ${cut(lictor)}`,
      ]),
  ].join('\n');
}

function renderStep({ method, path, body, save, headers }: Step): string {
  const token = headers?.['x-consul-token'];
  const who = token === undefined ? '' : ` (${token === '' ? 'nobody' : token})`;
  const sent =
    body === undefined ? '' : ` ${typeof body === 'string' ? `'${body}'` : JSON.stringify(body)}`;
  return `${method} ${path}${who}${cut(sent)}${save === undefined ? '' : `  -> {${save}}`}`;
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}
