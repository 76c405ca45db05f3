/** `acl templated-policy read`: what a template is for and what it takes. */
import { NAMESPACED } from '../api-flags.ts';
import { OUTPUT_FLAGS, checkFormat, renderFields } from '../acl/format.ts';
import type { PolicyTemplate } from '../acl/types.ts';
import { renderJSON } from '../../client/json.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { PROGRAM } from '../program.ts';

/** What the name is the name of, and one for the example. */
const NAMES: Readonly<Record<string, readonly [about: string, example: string]>> = {
  'builtin/service': ['The name of the service.', 'api'],
  'builtin/node': ['The node name.', 'node-1'],
  'builtin/api-gateway': ['The api gateway service name.', 'api-gateway'],
};

export const command = defineCommand({
  usage: 'acl templated-policy read -name NAME [options]',
  about: `Prints a templated policy.

    $ lictor acl templated-policy read -name builtin/service`,
  api: NAMESPACED,
  flags: { name: flag.text("The templated policy's name."), ...OUTPUT_FLAGS },
  async run({ flags, client, print }) {
    if (flags.name === '') throw new CommandError('Must specify the -name parameter');
    checkFormat(flags);
    const path = `/v1/acl/templated-policy/name/${encodeURIComponent(flags.name)}`;
    const template = await orFail(
      `Error reading templated policy ${JSON.stringify(flags.name)}`,
      client.json<PolicyTemplate>({ path }),
    );
    if (flags.format === 'json') print(renderJSON(template, '    '));
    else print(renderTemplate(template, flags.meta));
  },
});

function renderTemplate(template: PolicyTemplate, showMeta: boolean): string {
  const { TemplateName, Description, Schema, Template } = template;
  const [about, example] = NAMES[TemplateName] ?? ['', ''];
  const takesName = Schema !== '';
  const usage = `${PROGRAM} acl token create -templated-policy ${TemplateName}`;
  const variables = takesName
    ? ['Input variables:', `\tName: String - Required - ${about}`]
    : ['Input variables: None'];
  const lines = [
    ...renderFields(
      [
        ['Name', TemplateName],
        ['Description', Description],
      ],
      17,
    ),
    ...variables,
    'Example usage:',
    `\t${usage}${takesName ? ` -var name:${example}` : ''}`,
    ...(showMeta ? ['Schema:', Schema, '', 'Raw Template:', Template] : []),
  ];
  return `${lines.join('\n')}\n`;
}
