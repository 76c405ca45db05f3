/** What an examination by `lictor doctor` gives. */
import type { ConsulClient } from '../../client/http-client.ts';

export type Verdict = 'ok' | 'warn' | 'fail';

export interface Finding {
  readonly verdict: Verdict;
  readonly subject: string;
  /** What was found, in one line. */
  readonly text: string;
  /** What to do next; on all but good findings. */
  readonly next?: string;
}

/** What the agent says of itself, as far as the doctor reads it. */
export interface AgentFacts {
  readonly Config: { readonly NodeName: string; readonly Datacenter: string };
  readonly DebugConfig: {
    readonly ClientAddrs?: readonly string[];
    readonly DNSPort?: number;
    readonly DNSDomain?: string;
    readonly SerfPortLAN?: number;
  };
  readonly Stats: {
    readonly lictor?: { readonly control_plane?: string; readonly link_connected?: string };
  };
}

export interface Patient {
  readonly client: ConsulClient;
  readonly facts: AgentFacts;
}

export type Examination = (patient: Patient) => Promise<Finding[]>;

export const ok = (subject: string, text: string): Finding => ({ verdict: 'ok', subject, text });
export const warn = (subject: string, text: string, next: string): Finding => ({
  verdict: 'warn',
  subject,
  text,
  next,
});
export const fail = (subject: string, text: string, next: string): Finding => ({
  verdict: 'fail',
  subject,
  text,
  next,
});
