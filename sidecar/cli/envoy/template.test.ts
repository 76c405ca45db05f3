import { expect, it } from 'vitest';
import { renderTemplate } from './template.ts';

const FIELDS = { Name: 'web', Empty: '', TLS: 'false' };

it.each([
  ['plain', 'plain'],
  ['{{ .Name }}', 'web'],
  ['{{.Name}}-{{.Name}}', 'web-web'],
  ['a  {{- .Name -}}  b', 'awebb'],
  ['{{ if .Name }}yes{{ end }}', 'yes'],
  ['{{ if .Empty }}yes{{ end }}!', '!'],
  ['{{ if .TLS }}yes{{ else }}no{{ end }}', 'no'],
  ['{{ if .Name }}{{ if .Empty }}a{{ else }}b{{ end }}c{{ end }}d', 'bcd'],
  ['{"a": {}}', '{"a": {}}'],
])('%s', (template, expected) => {
  expect(renderTemplate(template, FIELDS)).toBe(expected);
});

it.each([
  ['{{ .Nothing }}', '{{.Nothing}} is not understood'],
  ['{{ printf "x" }}', '{{printf "x"}} is not understood'],
  ['{{ range .Name }}{{ end }}', '{{range .Name}} is not understood'],
  ['{{ if .Name }}', 'unexpected EOF'],
  ['{{ end }}', 'unexpected {{end}}'],
])('refuses %s', (template, reason) => {
  expect(() => renderTemplate(template, FIELDS)).toThrow(reason);
});
