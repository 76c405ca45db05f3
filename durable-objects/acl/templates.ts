/**
 * Templated policies: rules with a name to fill in (Consul: agent/structs/acl_templated_policy.go). Service and node identities are two
 * of them.
 *
 * Texts stand as Consul shows them: clients preview and compare them.
 */

export interface PolicyTemplate {
  readonly id: string;
  readonly name: string;
  /** Whether it asks for a name. */
  readonly isNamed: boolean;
  readonly description: string;
  readonly template: string;
}

const NAME_SCHEMA = `{
	"type": "object",
	"properties": {
		"name": { "type": "string", "$ref": "#/definitions/min-length-one" }
	},
	"required": ["name"],
	"definitions": {
		"min-length-one": {
				"type": "string",
				"minLength": 1
		}
	}
}`;

export const SERVICE_TEMPLATE = 'builtin/service';
export const NODE_TEMPLATE = 'builtin/node';

const block = (head: string, policy: string, indent = '\t'): string =>
  `${head} {\n${indent}policy = "${policy}"\n}`;
const readAll = (resource: string, indent?: string): string =>
  block(`${resource}_prefix ""`, 'read', indent);
const NAME = '{{.Name}}';

const TEMPLATES: readonly PolicyTemplate[] = [
  {
    id: '00000000-0000-0000-0000-000000000003',
    name: SERVICE_TEMPLATE,
    isNamed: true,
    description:
      "Gives the token or role permissions to register a service and discover services in the Consul catalog. It also gives the specified service's sidecar proxy the permission to discover and route traffic to other services.",
    template: [
      '',
      block(`service "${NAME}"`, 'write'),
      block(`service "${NAME}-sidecar-proxy"`, 'write'),
      readAll('service'),
      readAll('node'),
    ].join('\n'),
  },
  {
    id: '00000000-0000-0000-0000-000000000004',
    name: NODE_TEMPLATE,
    isNamed: true,
    description:
      'Gives the token or role permissions for a register an agent/node into the catalog. A node is typically a consul agent but can also be a physical server, cloud instance or a container.',
    template: ['', block(`node "${NAME}"`, 'write'), readAll('service')].join('\n'),
  },
  {
    id: '00000000-0000-0000-0000-000000000005',
    name: 'builtin/dns',
    isNamed: false,
    description:
      'Gives the token or role permissions for the Consul DNS to query services in the network.',
    template: ['', readAll('node'), readAll('service'), readAll('query')].join('\n'),
  },
  {
    id: '00000000-0000-0000-0000-000000000006',
    name: 'builtin/nomad-server',
    isNamed: false,
    description:
      'Gives the token or role permissions required for integration with a nomad server.',
    template: [
      '',
      'acl = "write"',
      readAll('agent', '  '),
      readAll('node', '  '),
      block('service_prefix ""', 'write', '  '),
    ].join('\n'),
  },
  {
    id: '00000000-0000-0000-0000-000000000008',
    name: 'builtin/api-gateway',
    isNamed: true,
    description: 'Gives the token or role permissions for a Consul api gateway',
    template: [
      'mesh = "read"',
      readAll('node'),
      readAll('service'),
      block(`service "${NAME}"`, 'write'),
    ].join('\n'),
  },
  {
    id: '00000000-0000-0000-0000-000000000009',
    name: 'builtin/nomad-client',
    isNamed: false,
    description:
      'Gives the token or role permissions required for integration with a nomad client.',
    template: [
      readAll('agent', '  '),
      readAll('node', '  '),
      block('service_prefix ""', 'write', '  '),
      readAll('key', '  '),
    ].join('\n'),
  },
];

export const POLICY_TEMPLATES: ReadonlyMap<string, PolicyTemplate> = new Map(
  TEMPLATES.map((template) => [template.name, template]),
);

/** The rules for a name; of a template that asks for none the name is not looked at. */
export function fillTemplate({ template }: PolicyTemplate, name: string): string {
  return template.replaceAll(NAME, () => name);
}

/** As the API shows a template. */
export function renderTemplate(template: PolicyTemplate): Record<string, string> {
  return {
    TemplateName: template.name,
    Schema: template.isNamed ? NAME_SCHEMA : '',
    Template: template.template,
    Description: template.description,
  };
}
