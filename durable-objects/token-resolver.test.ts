import { describe, expect, it } from 'vitest';
import { ACL_DISABLED, type ACLSettings } from './acl-settings.ts';
import { DatacenterFixture } from './testing/datacenter-fixture.ts';

const SECRET = 'aaaaaaaa-1111-2222-3333-444444444444';
const DEPLOY = 'deploy-time secret';

function open(settings: Partial<ACLSettings> = {}): DatacenterFixture {
  return new DatacenterFixture({
    acl: { ...ACL_DISABLED, enabled: true, defaultPolicy: 'deny', ...settings },
  });
}

describe('who may do what', () => {
  it('lets everybody do everything where there are no ACLs', () => {
    const { state } = new DatacenterFixture();
    expect(() => state.authorizer('whatever').keyWrite('a')).not.toThrow();
  });

  it('refuses a secret that no token has, and lets the anonymous token do what the default says', () => {
    const { state } = open();
    expect(() => state.authorizer('bbbbbbbb-0000-0000-0000-000000000000')).toThrow('ACL not found');
    expect(() => state.authorizer('').keyRead('a')).toThrow(
      `Permission denied: anonymous token lacks permission 'key:read' on "a". The anonymous token is used implicitly when a request does not specify a token.`,
    );
    expect(() => open({ defaultPolicy: 'allow' }).state.authorizer('').keyRead('a')).not.toThrow();
    expect(() => open({ defaultPolicy: 'allow' }).state.authorizer('').aclRead()).toThrow(
      'acl:read',
    );
  });

  it('makes the first management token once, whatever restarts', () => {
    const datacenter = open({ initialManagement: SECRET });
    const self = () =>
      datacenter.state.callAlone({ method: 'acl.token-self', args: {}, token: SECRET, actor: 't' })
        .body;
    const first = self();
    expect(JSON.parse(first)).toMatchObject({
      SecretID: SECRET,
      Policies: [{ Name: 'global-management' }],
    });
    const { lastIndex } = datacenter;
    datacenter.evict();
    expect(self()).toBe(first);
    expect(datacenter.lastIndex).toBe(lastIndex);
  });

  it('takes the deploy-time secret until there is a management token, and not beyond', () => {
    const before = open({ deploySecret: DEPLOY }).state;
    expect(() => before.authorizer(DEPLOY).aclWrite()).not.toThrow();
    const after = open({ deploySecret: DEPLOY, initialManagement: SECRET }).state;
    expect(() => after.authorizer(DEPLOY)).toThrow('ACL not found');
    expect(() => after.authorizer(SECRET).aclWrite()).not.toThrow();
  });

  it('keeps secrets out of the change log', () => {
    const { storage } = open({ initialManagement: SECRET });
    expect(JSON.stringify(storage.database.prepare('SELECT * FROM changes').all())).not.toContain(
      SECRET,
    );
  });
});
