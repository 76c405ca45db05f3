/**
 * Facts about the machine, in the shape that Consul takes over from gopsutil; what Node does not
 * tell is left out.
 */
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { readDiskUsage } from '../lib/disk-usage.ts';
import {
  countProcesses,
  fileSystemType,
  readHostID,
  readMemory,
  readProcessors,
} from '../lib/proc-files.ts';

/**
 * Never fails: a part that cannot be read is null and its reason stands in `Errors`, as in
 * Consul's answer.
 */
export async function describeHost(): Promise<Record<string, unknown>> {
  const errors: string[] = [];
  const disk = await describeDisk('/').catch((error: Error) => {
    errors.push(error.message);
    return null;
  });
  return {
    Memory: await readMemory(),
    CPU: (await readProcessors()) ?? describeCPUs(),
    Host: await describeSystem(),
    Disk: disk,
    // Nanoseconds since the epoch, beyond what a JSON number of JavaScript can say exactly.
    CollectionTime: Date.now() * 1e6,
    Errors: errors.length > 0 ? errors : null,
  };
}

/**
 * One element for each logical CPU; `mhz` is the present clock rate and 0 where the system hides
 * it.
 */
function describeCPUs(): Record<string, unknown>[] {
  return os.cpus().map(({ model, speed }, cpu) => ({
    cpu,
    modelName: model.trim(),
    mhz: speed,
    cores: 1,
    coreId: String(cpu),
  }));
}

/** `uptime` in seconds, `bootTime` in seconds since the epoch. */
async function describeSystem(): Promise<Record<string, unknown>> {
  const uptime = Math.floor(os.uptime());
  const release = await readRelease();
  return {
    hostname: os.hostname(),
    uptime,
    bootTime: Math.floor(Date.now() / 1000) - uptime,
    procs: await countProcesses(),
    os: os.platform(),
    platform: release('ID') || os.platform(),
    platformFamily: release('ID_LIKE') || release('ID') || os.platform(),
    platformVersion: release('VERSION_ID'),
    kernelVersion: os.release(),
    kernelArch: os.machine(),
    // Whether the machine is a guest is not looked into.
    virtualizationSystem: '',
    virtualizationRole: '',
    hostId: await readHostID(),
  };
}

/** os-release(5); a system without it has no names to show. */
async function readRelease(): Promise<(name: string) => string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return (name) => new RegExp(`^${name}="?([^"\\n]*)`, 'm').exec(text)?.[1] ?? '';
}

async function describeDisk(path: string): Promise<Record<string, unknown>> {
  const usage = await readDiskUsage(path);
  return { path, fstype: await fileSystemType(path), ...usage };
}
