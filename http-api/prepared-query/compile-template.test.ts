import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TemplateError, compileTemplate } from './compile-template.ts';
import { queryForTest, templateForTest } from './testing.ts';

describe('a template', () => {
  it('fills in every string of its service, and nothing else', () => {
    const all = '${name.suffix}';
    const template = templateForTest(
      'geo-',
      {
        Service: all,
        Near: all,
        Tags: [all, 'v1'],
        IgnoreCheckIDs: [all],
        NodeMeta: { '${name.full}': all },
        ServiceMeta: { m: all },
        Failover: {
          NearestN: 1,
          Datacenters: [all],
          Targets: [{ Peer: all, Datacenter: `dc-${all}` }],
        },
        Peer: all,
      },
      { Regexp: '^geo' },
    );
    const rendered = compileTemplate({ ...template, Session: all, DNS: { TTL: all } })('geo-x');
    expect(rendered.Service).toEqual({
      ...template.Service,
      Service: 'x',
      Near: 'x',
      Tags: ['x', 'v1'],
      IgnoreCheckIDs: ['x'],
      NodeMeta: { '${name.full}': 'x' },
      ServiceMeta: { m: 'x' },
      Failover: {
        NearestN: 1,
        Datacenters: ['x'],
        Targets: [{ Peer: 'x', Datacenter: 'dc-x' }],
      },
      Peer: 'x',
    });
    expect([rendered.Name, rendered.Session, rendered.DNS.TTL]).toEqual(['geo-', all, all]);
  });

  it.each([
    ['geo-', 'geo-a-b', 'geo-a-b|geo-|a-b'],
    // Whoever asks in capitals gets the whole name as the suffix, as in Consul.
    ['geo-', 'GEO-a', 'GEO-a|geo-|GEO-a'],
    ['', 'anything', 'anything||anything'],
  ])('called %j knows the parts of %j', (prefix, name, expected) => {
    const Service = '${name.full}|${name.prefix}|${name.suffix}${agent.segment}';
    expect(compileTemplate(templateForTest(prefix, { Service }))(name).Service.Service).toBe(
      expected,
    );
  });

  it.each([
    ['tpl-app-v2', 'app', 'v2'],
    ['tpl-app', '', ''],
  ])('gives the groups of its pattern in %j', (name, service, tag) => {
    const template = templateForTest(
      'tpl-',
      { Service: '${match(1)}', Tags: ['${match(2)}'] },
      { Regexp: '^tpl-([a-z]+)-(.+)$' },
    );
    const { Service } = compileTemplate(template)(name);
    expect([Service.Service, Service.Tags]).toEqual([service, [tag]]);
  });

  it.each([
    [false, ['', 'v1']],
    [true, ['v1']],
  ])('with RemoveEmptyTags %s keeps the tags %j', (RemoveEmptyTags, tags) => {
    const template = templateForTest('t', { Tags: ['${match(1)}', 'v1'] }, { RemoveEmptyTags });
    expect(compileTemplate(template)('t').Service.Tags).toEqual(tags);
  });

  it.each([
    [
      queryForTest('x', {}, { Template: { Type: 'no', Regexp: '', RemoveEmptyTags: false } }),
      "Bad Template.Type 'no'",
    ],
    [
      templateForTest('x', {}, { Regexp: '(' }),
      'Bad Regexp: error parsing regexp: missing closing ): `(`',
    ],
    [
      templateForTest('x', { Tags: ['a', '${'] }),
      "Bad format '${' in Service.Tags[1]: parse error at 1:3",
    ],
    [
      templateForTest('x', { NodeMeta: { rack: '${no}' } }),
      "Bad evaluation for '${no}' in Service.NodeMeta[rack]: 1:3: unknown variable",
    ],
    [
      templateForTest('x', { Near: '${match(1) + 1}' }),
      "Bad evaluation for '${match(1) + 1}' in Service.Near",
    ],
  ])('that cannot work is refused when it is compiled (%#)', (query, message) => {
    expect(() => compileTemplate(query)).toThrow(TemplateError);
    expect(() => compileTemplate(query)).toThrow(message);
  });

  it('changes nothing of the query that it is made of, whatever the name', () => {
    const template = templateForTest(
      't-',
      { Service: '${match(1)}', Tags: ['${name.full}'] },
      { Regexp: '(.)' },
    );
    const before = structuredClone(template);
    const render = compileTemplate(template);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(render(name).Service.Tags).toEqual([name]);
        expect(template).toEqual(before);
      }),
    );
  });
});
