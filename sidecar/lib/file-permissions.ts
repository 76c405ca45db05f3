/** Owner, group and mode of a file that the agent makes for others, as in Consul's unix_sockets (lib/file.go). */
import fs from 'node:fs';

/** What is empty stays as the system made it. */
export interface FilePermissions {
  /** A name or a number. */
  readonly user: string;
  /** A name or a number; Consul takes numbers only. */
  readonly group: string;
  /** Octal. */
  readonly mode: string;
}

/** Node has no look-up of its own; directories of users beyond these files are not asked. */
const DATABASES = { user: '/etc/passwd', group: '/etc/group' } as const;

/** @throws Error in Consul's words for a name that is unknown or a mode that is none; the system's for what it refuses */
export function setFilePermissions(file: string, { user, group, mode }: FilePermissions): void {
  const uid = user === '' ? undefined : idOf('user', user);
  const gid = group === '' ? undefined : idOf('group', group);
  if (mode !== '' && !/^[0-7]{1,5}$/.test(mode)) throw new Error(`invalid mode specified: ${mode}`);
  if (uid !== undefined || gid !== undefined) {
    const own = fs.statSync(file);
    fs.chownSync(file, uid ?? own.uid, gid ?? own.gid);
  }
  if (mode !== '') fs.chmodSync(file, Number.parseInt(mode, 8));
}

function idOf(kind: keyof typeof DATABASES, name: string): number {
  if (/^\d+$/.test(name)) return Number(name);
  for (const line of fs.readFileSync(DATABASES[kind], 'utf8').split('\n')) {
    const [known, , id] = line.split(':');
    if (known === name && id !== undefined) return Number(id);
  }
  throw new Error(`invalid ${kind} specified: ${name}`);
}
