import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ACLConfig } from '../../config/agent-config-security.ts';
import type { Logger } from '../../lib/log.ts';
import { AgentTokens } from './agent-tokens.ts';

let directory: string;
let warnings: string[];

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tokens-'));
  warnings = [];
});

afterEach(() => fs.rmSync(directory, { recursive: true }));

const NONE = {
  initialManagement: '',
  default: '',
  agent: '',
  agentRecovery: '',
  replication: '',
  configFileServiceRegistration: '',
  dns: '',
};

function config(tokens: Partial<ACLConfig['tokens']>, enableTokenPersistence = false): ACLConfig {
  return { enableTokenPersistence, tokens: { ...NONE, ...tokens } } as ACLConfig;
}

function create(of: ACLConfig): AgentTokens {
  const log = { warn: (text: string) => warnings.push(text) } as unknown as Logger;
  return new AgentTokens(of, directory, log);
}

const kept = (): string => path.join(directory, 'acl-tokens.json');

describe('which token stands for which', () => {
  it.each([
    [{}, ['', '', '', '']],
    [{ default: 'd' }, ['d', 'd', 'd', '']],
    [{ default: 'd', agent: 'a', dns: 'n' }, ['d', 'a', 'n', '']],
    [{ replication: 'r' }, ['', '', '', 'r']],
  ])('%j', (tokens, expected) => {
    const { user, agent, dns, replication } = create(config(tokens));
    expect([user(), agent(), dns(), replication()]).toEqual(expected);
  });

  it('an empty recovery token is nobody', () => {
    expect(create(config({})).isRecovery('')).toBe(false);
    expect(create(config({ agentRecovery: 'r' })).isRecovery('r')).toBe(true);
  });
});

describe('a token that is set', () => {
  it('counts at once, over the configured one, and can take it away', () => {
    const tokens = create(config({ default: 'd' }));
    tokens.set('default', 'other');
    expect(tokens.user()).toBe('other');
    tokens.set('default', '');
    expect(tokens.user()).toBe('');
    expect(fs.existsSync(kept())).toBe(false);
  });

  it('is kept where the configuration says so, for its owner alone', () => {
    create(config({}, true)).set('agent', 'secret');
    expect(fs.statSync(kept()).mode & 0o777).toBe(0o600);
    expect(create(config({ agent: 'configured' }, true)).agent()).toBe('secret');
    expect(create(config({ agent: 'configured' })).agent()).toBe('configured');
  });

  it('gives way to the configuration at a reload, unless it is kept', () => {
    for (const [isKept, expected] of [
      [false, 'new'],
      [true, 'set'],
    ] as const) {
      const tokens = create(config({ default: 'old' }, isKept));
      tokens.set('default', 'set');
      tokens.reload(config({ default: 'new' }, isKept));
      expect(tokens.user()).toBe(expected);
    }
  });

  it.each(['', 'null', '{"agent":'])('a file that holds %j costs a warning', (text) => {
    fs.writeFileSync(kept(), text);
    expect(create(config({ agent: 'a' }, true)).agent()).toBe('a');
    expect(warnings).toHaveLength(1);
  });
});
