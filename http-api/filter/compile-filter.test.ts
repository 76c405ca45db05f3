import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileFilter, compileFilterLazily } from './compile-filter.ts';
import { AGENT_MEMBER_FIELDS } from './fields/agent-fields.ts';
import {
  CHECK_SERVICE_NODE_FIELDS,
  HEALTH_CHECK_FIELDS,
  NODE_FIELDS,
  SERVICE_NODE_FIELDS,
} from './fields/catalog-fields.ts';
import { FilterError } from './filter-error.ts';

/** The instances that Consul's answers below were recorded with. */
const ROWS = [
  {
    Node: 'f1',
    NodeMeta: { env: 'prod', 'with-dash': 'x' },
    ServiceID: 'app1',
    ServiceName: 'app',
    ServiceTags: ['blue', 'v1'],
    ServiceMeta: { version: '1.0', team: 'core' },
    ServicePort: 8001,
    ServiceEnableTagOverride: true,
    ServiceWeights: { Passing: 1, Warning: 1 },
  },
  {
    Node: 'f2',
    NodeMeta: { env: 'dev' },
    ServiceID: 'app2',
    ServiceName: 'app',
    ServiceTags: ['green', 'v1'],
    ServiceMeta: { version: '2.0' },
    ServicePort: 8002,
    ServiceEnableTagOverride: false,
    ServiceWeights: { Passing: 5, Warning: 1 },
  },
  {
    Node: 'f3',
    NodeMeta: null,
    ServiceID: 'app3',
    ServiceName: 'app',
    ServiceTags: [],
    ServiceMeta: {},
    ServicePort: 8003,
    ServiceEnableTagOverride: false,
    ServiceTaggedAddresses: { wan: { Address: '198.51.100.30', Port: 80 } },
  },
];

const selected = (expression: string): string[] =>
  ROWS.filter(compileFilter(expression, SERVICE_NODE_FIELDS)).map((row) => row.ServiceID);

describe('what a filter selects', () => {
  it.each<[string, string[]]>([
    ['', ['app1', 'app2', 'app3']],
    ['ServiceID == app1', ['app1']],
    ['ServiceID=="app1"', ['app1']],
    ['ServiceID == `app1`', ['app1']],
    ['ServicePort == 8002', ['app2']],
    ['ServicePort == "8002"', ['app2']],
    ['ServicePort == "0x1F42"', ['app2']],
    ['ServicePort == "1_0"', []],
    ['ServiceEnableTagOverride == T', ['app1']],
    ['ServiceEnableTagOverride != true', ['app2', 'app3']],
    ['ServiceMeta.version != "1.0"', ['app2', 'app3']],
    ['v1 in ServiceTags', ['app1', 'app2']],
    ['blue not in ServiceTags', ['app2', 'app3']],
    ['ServiceTags not contains green', ['app1', 'app3']],
    ['version in ServiceMeta', ['app1', 'app2']],
    ['pp1 in ServiceID', ['app1']],
    ['ServiceTags is empty', ['app3']],
    ['NodeMeta is not empty', ['app1', 'app2']],
    ['ServiceID matches "app[12]"', ['app1', 'app2']],
    ['ServiceID not matches `app[12]`', ['app3']],
    ['ServiceID matches "(?i)APP1"', ['app1']],
    ['ServiceID == app1 or ServiceID == app2 and ServicePort == 8002', ['app1', 'app2']],
    ['(ServiceID == app1 or ServiceID == app2) and ServicePort == 8002', ['app2']],
    ['not ServiceID == app1 and v1 in ServiceTags', ['app2']],
    ['not not ServiceID == app1', ['app1']],
    ['NodeMeta["with-dash"] == x', ['app1']],
    ['NodeMeta[ "env" ] == prod', ['app1']],
    ['ServiceTaggedAddresses.wan.Port == 80', ['app3']],
    ['ServiceWeights.Passing == 0', ['app3']],
    ['\t ServiceID\n==\rapp1 ', ['app1']],
  ])('%s', (expression, expected) => {
    expect(selected(expression)).toEqual(expected);
  });

  it.each<[string, boolean]>([
    ['NodeMeta.none == x', false],
    ['NodeMeta.none != x', true],
    ['x in NodeMeta.none', false],
    ['x not in NodeMeta.none', true],
    ['NodeMeta.none matches `x`', true],
    ['NodeMeta.none not matches `x`', true],
    ['NodeMeta.constructor == x', false],
    ['toString in NodeMeta', false],
  ])('of an absent key: %s is %s', (expression, expected) => {
    expect(selected(expression).length === ROWS.length).toBe(expected);
  });

  it.each<[string, boolean]>([
    ['Checks.Status == passing', true],
    ['Checks.Status != passing', true],
    ['Checks.Status == warning', false],
    ['not Checks.Status == passing', false],
    ['web in Checks.ServiceTags', true],
    ['Checks is not empty', true],
    ['Service.Proxy.Mode == ""', true],
    ['Service.Proxy.Upstreams is empty', true],
  ])('a list of structures holds for some element: %s is %s', (expression, expected) => {
    const row = { Checks: [{ Status: 'passing', ServiceTags: ['web'] }, { Status: 'critical' }] };
    expect(compileFilter(expression, CHECK_SERVICE_NODE_FIELDS)(row)).toBe(expected);
  });

  it('compares integers beyond 2^53 exactly', () => {
    const filter = compileFilter('ServicePort == 9007199254740993', SERVICE_NODE_FIELDS);
    expect(filter({ ServicePort: 9007199254740992 })).toBe(false);
    expect(filter({ ServicePort: 9007199254740993n })).toBe(true);
  });

  it('reads the address of a member for emptiness only', () => {
    const member = { Addr: '127.0.0.1' };
    expect(compileFilter('Addr is not empty', AGENT_MEMBER_FIELDS)(member)).toBe(true);
    expect(() => compileFilter('Addr == x', AGENT_MEMBER_FIELDS)).toThrow('Invalid match operator');
  });
});

describe('errors, in the words of Consul 1.21', () => {
  const VALUE = '"-", "0", "\\"", "`"';
  it.each([
    ['NoSuch == 1', 'Selector "NoSuch" is not valid'],
    ['ServiceMeta.a.b == 1', 'Selector "ServiceMeta.a.b" is not valid'],
    ['constructor == 1', 'Selector "constructor" is not valid'],
    ['CreateIndex == 1', 'Selector "CreateIndex" is not valid'],
    ['ServiceAddress is empty', 'Invalid match operator "Is Empty" for selector "ServiceAddress"'],
    ['ServicePort matches 80', 'Invalid match operator "Matches" for selector "ServicePort"'],
    ['ServiceWeights == 1', 'Invalid match operator "Equal" for selector "ServiceWeights"'],
    [
      'ServicePort == abc',
      'Failed to coerce value "abc" for selector "ServicePort": strconv.ParseInt: parsing "abc": invalid syntax',
    ],
    [
      'ServicePort == 99999999999999999999',
      'Failed to coerce value "99999999999999999999" for selector "ServicePort": strconv.ParseInt: parsing "99999999999999999999": value out of range',
    ],
    [
      'ServiceEnableTagOverride == maybe',
      'Failed to coerce value "maybe" for selector "ServiceEnableTagOverride": strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      'ServiceID matches "("',
      'Failed to compile regular expression "(": error parsing regexp: missing closing ): `(`',
    ],
    [
      '== app1',
      `1:1 (0): no match found, expected: "(", ${VALUE}, "not", [ \\t\\r\\n], [1-9] or [a-zA-Z]`,
    ],
    [
      'ServiceID ==',
      `1:13 (12): no match found, expected: ${VALUE}, [ \\t\\r\\n], [1-9] or [a-zA-Z]`,
    ],
    [
      'ServiceID == app1 AND ServicePort == 1',
      '1:19 (18): no match found, expected: "and", "or", [ \\t\\r\\n] or EOF',
    ],
    ['((ServiceID == app1', '1:20 (19): rule "grouping": Unmatched parentheses'],
    ['ServiceID == "a\\"b"', '1:14 (13): rule "string": invalid syntax'],
    ['ServiceID == "app1', '1:19 (18): rule "string": Unterminated string literal'],
    ['ServicePort == 8001x', '1:20 (19): rule "number": Invalid number literal'],
    ['ServiceMeta[x] == 1', '1:13 (12): rule "index": Invalid index'],
    ['ServiceMeta["x" == 1', '1:17 (16): rule "index": Unclosed index expression'],
    [
      'NodeMeta ["env"] == prod',
      '1:10 (9): no match found, expected: "!=", "==", "contains", "in", "is", "matches", "not" or [ \\t\\r\\n]',
    ],
    ['blue in 3', '1:9 (8): rule "match": Invalid selector'],
    ['Node == é\n', `1:9 (8): no match found, expected: ${VALUE}, [ \\t\\r\\n], [1-9] or [a-zA-Z]`],
    ['\n\n  Node == 1x', '3:12 (13): rule "number": Invalid number literal'],
  ])('%s', (expression, reason) => {
    const compile = (): unknown => compileFilter(expression, SERVICE_NODE_FIELDS);
    expect(compile).toThrow(FilterError);
    expect(compile).toThrow(
      expect.objectContaining({
        reason,
        message: `Failed to create boolean expression evaluator: ${reason}`,
      }),
    );
  });

  it('checks a lazy filter only against its first row', () => {
    const filter = compileFilterLazily('Bogus == 1', HEALTH_CHECK_FIELDS);
    expect(() => filter({})).toThrow(
      expect.objectContaining({ reason: 'Selector "Bogus" is not valid' }),
    );
    expect(() => compileFilterLazily('Bogus ==', HEALTH_CHECK_FIELDS)).toThrow(FilterError);
  });
});

describe('limits', () => {
  it.each([
    ['length', `Node == "${'a'.repeat(70_000)}"`],
    ['parentheses', '('.repeat(5000)],
    ['negations', `${'not '.repeat(5000)}Node == a`],
    ['matches', Array.from({ length: 1025 }, () => 'Node == a').join(' or ')],
    ['pattern', `Node matches "${'a'.repeat(5000)}"`],
  ])('refuses too much %s', (_, expression) => {
    expect(() => compileFilter(expression, NODE_FIELDS)).toThrow(FilterError);
  });

  it('takes a long flat chain', () => {
    const chain = Array.from({ length: 1000 }, (_, index) => `Node == n${index}`).join(' or ');
    expect(compileFilter(chain, NODE_FIELDS)({ Node: 'n999' })).toBe(true);
  });

  it('stops a pattern that costs too much, with an error of the filter', () => {
    const filter = compileFilter('Output matches `(a?){500}a{500}`', HEALTH_CHECK_FIELDS);
    const row = { Output: 'a'.repeat(499) };
    const rows = (): boolean[] => Array.from({ length: 1000 }, () => filter(row));
    expect(rows).toThrow(FilterError);
  });
});

describe('hostile input', () => {
  const word = fc.constantFrom(
    ...'Node,Meta,Checks,Service,==,!=, in , not ,contains, matches ,is empty, and , or ,(,),[,],.,",`,\\,-,0,a,\n,é,😀'.split(
      ',',
    ),
  );
  const expressions = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
  );

  it('compiles or throws a FilterError, and a compiled filter takes any row', () => {
    fc.assert(
      fc.property(expressions, fc.jsonValue(), (expression, row) => {
        try {
          compileFilter(expression, CHECK_SERVICE_NODE_FIELDS)(row);
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError);
        }
      }),
    );
  });

  it('finds any text by equality through a quoted literal', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const literal = `"${[...name].map((c) => `\\U${c.codePointAt(0)?.toString(16).padStart(8, '0')}`).join('')}"`;
        expect(compileFilter(`Node == ${literal}`, NODE_FIELDS)({ Node: name })).toBe(true);
      }),
    );
  });
});
