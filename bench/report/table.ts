/** Renders the figures as a Markdown table, one line each. */
import type { Results, Summary } from '../results.ts';
import { judge, TARGETS } from '../targets.ts';
import type { Figure } from '../workloads/workload.ts';

const HEADER = [
  '| measure | Lictor | Consul | ratio | target | met | p50 ms, L / C | p99 ms, L / C | errors, L / C |',
  '| --- | ---: | ---: | ---: | ---: | :---: | ---: | ---: | ---: |',
];
const NOTHING = '–';

/** @param names of the two contenders; the second is undefined when Lictor runs alone. */
export function renderTable(
  figures: readonly Figure[],
  results: Results,
  names: readonly [string, string | undefined],
): string[] {
  const [lictor, consul] = names;
  return [
    ...HEADER,
    ...figures.map((figure) => {
      const other = consul === undefined ? undefined : results.summary(consul, figure.id);
      return renderRow(figure, results.summary(lictor, figure.id), other);
    }),
  ];
}

function renderRow(figure: Figure, lictor: Summary, consul: Summary | undefined): string {
  const otherValue = consul?.value ?? Number.NaN;
  const target = TARGETS.get(figure.id);
  const verdict = target && judge(target, lictor.value, otherValue);
  const pair = (pick: (summary: Summary) => number): string => {
    const sides = [pick(lictor), consul === undefined ? Number.NaN : pick(consul)];
    return sides.every(Number.isNaN) ? NOTHING : sides.map(renderMs).join(' / ');
  };
  const cells = [
    figure.title,
    renderValue(lictor.value, figure),
    renderValue(otherValue, figure),
    renderRatio(lictor.value / otherValue),
    verdict?.words ?? NOTHING,
    renderMet(verdict?.met),
    pair((summary) => summary.p50Ms),
    pair((summary) => summary.p99Ms),
    `${lictor.errors} / ${consul?.errors ?? NOTHING}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function renderValue(value: number, figure: Figure): string {
  if (Number.isNaN(value)) return NOTHING;
  if (figure.unit === 'wake-ups') return String(value);
  const digits = value < 100 && figure.unit !== '/s' ? 1 : 0;
  const number = value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return figure.unit === '/s' || figure.unit === 'x'
    ? `${number}${figure.unit}`
    : `${number} ${figure.unit}`;
}

function renderRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)}x` : NOTHING;
}

function renderMs(ms: number): string {
  return Number.isNaN(ms) ? NOTHING : ms.toFixed(ms < 10 ? 2 : 0);
}

function renderMet(met: boolean | undefined): string {
  return met === undefined ? NOTHING : met ? 'yes' : '**no**';
}
