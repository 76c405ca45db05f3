/** The way to the datacenter: the link, a read, this host's place in the catalog, the clocks. */
import { type Examination, type Finding, fail, ok, warn } from './examination.ts';

/** Beyond it a read is slow enough that people ask why. */
const SLOW_READ_MS = 500;
/** Tokens and certificates are judged by the clock; a minute is what they usually allow. */
const MAX_CLOCK_SKEW_MS = 60_000;
const CONTROL_PLANE_LIMIT_MS = 5000;

export const examineLink: Examination = async ({ client, facts }) => {
  const { control_plane: url = '', link_connected: connected } = facts.Stats.lictor ?? {};
  if (connected !== 'true') {
    const next = `check that ${url === '' ? 'the control plane' : url} can be reached from this host and that edge_token is right; \`lictor monitor\` shows why the link fails`;
    return [fail('link', 'the agent has no link to the datacenter', next)];
  }
  const startedAt = performance.now();
  try {
    await client.request({ path: '/v1/catalog/datacenters' });
    await client.request({ path: '/v1/kv/', query: { keys: '', separator: '/' }, accept: [404] });
  } catch (error) {
    return [fail('link', `a read failed: ${(error as Error).message}`, 'see `lictor monitor`')];
  }
  const tookMs = Math.round(performance.now() - startedAt);
  const text = `linked to ${url}; a consistent read took ${tookMs} ms`;
  return tookMs > SLOW_READ_MS
    ? [warn('link', text, 'place the datacenter nearer to its hosts, or read with ?cached')]
    : [ok('link', text)];
};

export const examineNode: Examination = async ({ client, facts }) => {
  const { NodeName: node } = facts.Config;
  const checks = await client.json<{ CheckID: string; Status: string; Output: string }[]>({
    path: `/v1/health/node/${encodeURIComponent(node)}`,
  });
  const alive = checks.find((check) => check.CheckID === 'serfHealth');
  if (alive === undefined) {
    const next =
      'anti-entropy registers it within seconds of a link; `lictor monitor` shows what is refused';
    return [fail('node', `${node} does not stand in the catalog`, next)];
  }
  const bad = checks.filter((check) => check.Status !== 'passing');
  if (bad.length === 0)
    return [
      ok(
        'node',
        `${node} is registered, ${checks.length === 1 ? 'its check passes' : `its ${checks.length} checks pass`}`,
      ),
    ];
  return bad.map((check) =>
    warn(
      'node',
      `check ${check.CheckID} is ${check.Status}: ${check.Output.split('\n')[0]}`,
      `GET /v1/agent/check/${check.CheckID}/history shows since when`,
    ),
  );
};

export const examineClock: Examination = async ({ facts }) => {
  const { control_plane: url = '' } = facts.Stats.lictor ?? {};
  if (!url.startsWith('http')) return [];
  const finding = (skewMs: number): Finding =>
    Math.abs(skewMs) > MAX_CLOCK_SKEW_MS
      ? fail(
          'clock',
          `this host's clock is ${Math.round(skewMs / 1000)} s off the control plane's`,
          'set it, e.g. with chrony or systemd-timesyncd',
        )
      : ok('clock', 'agrees with that of the control plane');
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(CONTROL_PLANE_LIMIT_MS) });
    const there = Date.parse(answer.headers.get('date') ?? '');
    // workerd by itself sends no Date; embedded, it runs by this very clock.
    return Number.isNaN(there) ? [] : [finding(Date.now() - there)];
  } catch (error) {
    return [
      warn(
        'clock',
        `cannot ask ${url}: ${(error as Error).message}`,
        'see the finding on the link',
      ),
    ];
  }
};
