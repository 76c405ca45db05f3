import { describe, expect, it } from 'vitest';
import { BindingError, compileSelector, fillBindName, variablesOf } from './binding.ts';

const identity = {
  variables: { 'value.user': 'Chief' },
  selectable: { value: { user: 'chief', team: 'red' }, list: { groups: ['ops', 'dev'] } },
};

describe('selectors', () => {
  it.each([
    ['', true],
    ['value.user == chief', true],
    ['value.user != chief', false],
    ['ops in list.groups', true],
    ['"dns" in list.groups', false],
    ['ops in list.groups and value.team matches "^r"', true],
    ['value.absent == x', false],
    // Of what a token does not say nothing holds.
    ['value.absent == ""', false],
  ])('%s: %s', (selector, wanted) => {
    expect(compileSelector(selector, 'jwt')(identity)).toBe(wanted);
  });

  it.each(['not a selector', 'list.groups == x', 'nothing == x', 'serviceaccount.name == x'])(
    'refuses %s',
    (selector) => {
      expect(() => compileSelector(selector, 'jwt')).toThrow(BindingError);
    },
  );
});

describe('bind names', () => {
  it.each([
    ['plain', 'plain'],
    // The values are lower-cased, the rule's own text is not.
    ['Team-${value.user}', 'Team-chief'],
    ['$${value.user}', '${value.user}'],
  ])('%s: %s', (text, wanted) => {
    expect(fillBindName(text, identity.variables)).toBe(wanted);
  });

  it.each(['${value.unknown}', '${broken', '${list.groups}'])('refuse %s', (text) => {
    expect(() => fillBindName(text, identity.variables)).toThrow(BindingError);
  });

  it('have a value for each claim that is mapped to one', () => {
    const config = {
      ClaimMappings: { sub: 'user', '/org/team': 'team' },
      ListClaimMappings: { g: 'groups' },
    };
    expect(variablesOf('jwt', config)).toEqual(['value.user', 'value.team']);
    expect(variablesOf('jwt', {})).toEqual([]);
    expect(variablesOf('kubernetes', {})).toContain('serviceaccount.namespace');
  });
});
