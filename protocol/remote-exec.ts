/**
 * What `exec` and the agents tell one another, in the form of Consul's command (command/exec, agent/remote_exec.go).
 *
 * The job lies in the KV store under `<prefix>/<session>/job`, held by a session that deletes its keys when it ends. A
 * user event names prefix and session. Each agent answers below `<prefix>/<session>/<node>/`: `ack`, `out/<five hex
 * digits>`, `exit`, all held by the same session: once it has ended nothing can be written any more.
 */

/** Name of the user event; it is for agents only and appears in no list of events. */
export const REMOTE_EXEC_EVENT = '_rexec';
/** Where jobs lie unless the user chooses another place. */
export const REMOTE_EXEC_PREFIX = '_rexec';

/** Payload of the event. */
export interface RemoteExecEvent {
  Prefix: string;
  Session: string;
}

/** The job. One of the first three says what to run. */
export interface RemoteExecJob {
  /** For a shell. */
  Command?: string;
  /** A program and its arguments. */
  Args?: string[];
  /** A file to be run, in standard base64. */
  Script?: string;
  /** Nanoseconds without output after which an agent sends an empty piece as a sign of life. */
  Wait: number;
}

export interface RemoteExecPlace {
  readonly prefix: string;
  readonly session: string;
}

/** The exit code of a program that a signal ended. */
export const EXIT_BY_SIGNAL = -1;
/** The exit code of a program that could not be started. */
export const EXIT_NOT_STARTED = 255;

const SEQUENCE_DIGITS = 5;

export function jobPrefix({ prefix, session }: RemoteExecPlace): string {
  return `${prefix}/${session}/`;
}

export function jobKey(place: RemoteExecPlace): string {
  return `${jobPrefix(place)}job`;
}

export function ackKey(place: RemoteExecPlace, node: string): string {
  return `${jobPrefix(place)}${node}/ack`;
}

export function exitKey(place: RemoteExecPlace, node: string): string {
  return `${jobPrefix(place)}${node}/exit`;
}

/** @param sequence from 0; the keys' order is that of the output */
export function outputKey(place: RemoteExecPlace, node: string, sequence: number): string {
  const digits = sequence.toString(16).padStart(SEQUENCE_DIGITS, '0');
  return `${jobPrefix(place)}${node}/out/${digits}`;
}

export interface RemoteExecAnswer {
  readonly kind: 'ack' | 'exit' | 'out';
  readonly node: string;
}

/** What a key below the job's prefix means; undefined for the job itself and anything else. */
export function parseAnswerKey(place: RemoteExecPlace, key: string): RemoteExecAnswer | undefined {
  const prefix = jobPrefix(place);
  if (!key.startsWith(prefix)) return undefined;
  const match = /^([^/]+)\/(?:(ack|exit)|(out)\/[0-9a-f]+)$/.exec(key.slice(prefix.length));
  if (match === null) return undefined;
  const kind = (match[2] ?? match[3]) as RemoteExecAnswer['kind'];
  return { kind, node: match[1]! };
}
