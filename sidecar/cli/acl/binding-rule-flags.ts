/** What creating and changing a binding rule have in common. */
import { flag } from '../flags.ts';

export const BINDING_RULE_FLAGS = {
  'bind-name': flag.text('Name to bind, in which ${var} stands for what the login brought.'),
  'bind-type': flag.text(
    'What the name is of: service (the default), role, node, policy or templated-policy.',
  ),
  'bind-vars': flag.map(
    'Variable of a templated policy, in which ${var} stands for what the login brought. May be given several times.',
  ),
  description: flag.text('A description of the binding rule.'),
  selector: flag.text('Expression about what the login brought; only then the rule counts.'),
};

/** The only variable of a template is its name, in any case. */
export function bindVarsOf(
  variables: Readonly<Record<string, string>>,
): { Name: string } | undefined {
  const key = Object.keys(variables).find((name) => name.toLowerCase() === 'name');
  return key === undefined ? undefined : { Name: variables[key]! };
}
