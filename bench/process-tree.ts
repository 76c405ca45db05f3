/**
 * Resident memory of a process and of what it started, read from Linux's /proc.
 *
 * Pages shared between processes (the C library, a Node binary run twice) count once for each process: the sum is an upper bound.
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface TreeMemory {
  /** Everything but the control plane. */
  readonly agentBytes: number;
  /** The workerd processes; 0 when the program keeps its state in the agent itself. */
  readonly controlPlaneBytes: number;
}

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly residentBytes: number;
}

const CONTROL_PLANE_COMMAND = 'workerd';

/** @param root the pid whose tree is summed, itself included. */
export function treeMemory(root: number): TreeMemory {
  const processes = processTree(root, allProcesses());
  return {
    agentBytes: residentBytes(processes.filter((each) => each.command !== CONTROL_PLANE_COMMAND)),
    controlPlaneBytes: residentBytes(
      processes.filter((each) => each.command === CONTROL_PLANE_COMMAND),
    ),
  };
}

/** The process that keeps the state: the control plane where there is one, else the agent itself. */
export function statePid(root: number): number {
  const processes = processTree(root, allProcesses());
  return processes.find((each) => each.command === CONTROL_PLANE_COMMAND)?.pid ?? root;
}

/** The process that serves clients: of a tree whose root is a launcher, the largest that is no control plane. */
export function agentPid(root: number): number {
  const agents = processTree(root, allProcesses()).filter(
    (each) => each.command !== CONTROL_PLANE_COMMAND,
  );
  return agents.toSorted((a, b) => b.residentBytes - a.residentBytes)[0]?.pid ?? root;
}

/** Of the whole tree, the root first. */
export function treePids(root: number): number[] {
  return processTree(root, allProcesses()).map(({ pid }) => pid);
}

function residentBytes(processes: readonly ProcessFacts[]): number {
  return processes.reduce((total, each) => total + each.residentBytes, 0);
}

function processTree(root: number, all: readonly ProcessFacts[]): ProcessFacts[] {
  const found = all.filter((each) => each.pid === root);
  // `found` grows while it is walked: children of children come after their parents.
  for (const parent of found) found.push(...all.filter((each) => each.parent === parent.pid));
  return found;
}

function allProcesses(): ProcessFacts[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readFacts(Number(name)))
    .filter((facts) => facts !== undefined);
}

function readFacts(pid: number): ProcessFacts | undefined {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // It ended between the listing and the reading.
    return undefined;
  }
  const field = (name: string): string =>
    new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  return {
    pid,
    parent: Number(field('PPid')),
    command: field('Name'),
    residentBytes: Number(field('VmRSS')) * 1024,
  };
}
