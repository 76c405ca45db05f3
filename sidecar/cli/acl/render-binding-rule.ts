/** Binding rules for people. */
import { metaFields, renderFields } from './format.ts';
import { variableName } from './render-grants.ts';
import type { BindingRule } from './types.ts';

const WIDTH = 14;

export function renderBindingRule(rule: BindingRule, showMeta: boolean): string {
  const lines = [...renderFields([['ID', rule.ID]], WIDTH), ...details(rule, showMeta, '')];
  return lines.map((line) => `${line}\n`).join('');
}

export function renderBindingRules(rules: readonly BindingRule[], showMeta: boolean): string {
  return rules
    .flatMap((rule) => [`${rule.ID}:`, ...details(rule, showMeta, '   ')])
    .map((line) => `${line}\n`)
    .join('');
}

function details(rule: BindingRule, showMeta: boolean, indent: string): string[] {
  const name = variableName(rule.BindVars);
  return [
    ...renderFields(
      [
        ['AuthMethod', rule.AuthMethod],
        ['Description', rule.Description ?? ''],
        ['BindType', rule.BindType],
        ['BindName', rule.BindName],
      ],
      WIDTH,
      indent,
    ),
    // As Consul has it: one blank more where a rule stands alone.
    ...(name === ''
      ? []
      : [
          ...renderFields([['BindVars', '']], WIDTH, indent),
          `${indent === '' ? '     ' : '      '}- Name: ${name}`,
        ]),
    ...renderFields(
      [['Selector', rule.Selector ?? ''], ...(showMeta ? metaFields(rule) : [])],
      WIDTH,
      indent,
    ),
  ];
}
