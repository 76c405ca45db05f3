/**
 * Starts programs with the C library's posix_spawn(3) instead of Node's fork.
 *
 * A fork copies the page tables of an agent of 90 MB and has both sides fault on what they then write: 3.6 ms of CPU for a
 * program that does nothing, of which 1.1 are its own. posix_spawn lends the child the parent's memory until it is another
 * program (clone with CLONE_VFORK), whatever the size of the agent. Node has no way to it, so the calls go through the
 * foreign-function interface of koffi, which is loaded with the first program and needs no compiler. Where it cannot be
 * loaded (other systems than Linux, other processors) `loadPosixSpawn` answers null; Node's own way serves there.
 */
import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import { isMainThread } from 'node:worker_threads';

export interface SpawnedProcess {
  readonly pid: number;
  /** The read end of the pipe that is both standard output and standard error. The caller owns it. */
  readonly outputFD: number;
}

export interface PosixSpawn {
  /**
   * Starts `args` as the leader of a session, and so of a process group, without input, with this process's environment and
   * directory, and with every signal at its default.
   *
   * @throws NodeJS.ErrnoException as child_process reports it
   */
  spawn(args: readonly string[]): SpawnedProcess;
  /** Reaps a child that has ended. @returns undefined while it runs; its exit code, null after a signal */
  reap(pid: number): number | null | undefined;
}

/** From the headers of Linux; glibc and musl agree, x86-64 and arm64 too. */
const O_CLOEXEC = 0o2000000;
const O_RDONLY = 0;
const WNOHANG = 1;
const POSIX_SPAWN_SETSIGDEF = 0x04;
const POSIX_SPAWN_SETSIGMASK = 0x08;
const POSIX_SPAWN_SETSID = 0x80;
/** posix_spawn_file_actions_t, posix_spawnattr_t (336 bytes, the larger) and sigset_t (128 bytes) fit with room to spare. */
const OPAQUE_BYTES = 512;
/** For the arguments of one call: Linux allows 128 KB for one, 2 MB for all, which a check's definition never holds. */
const CALL_MEMORY = { sync_stack_size: 256 * 1024, sync_heap_size: 512 * 1024 };

const SIGNATURES = {
  pipe2: 'int pipe2(_Out_ int *fds, int flags)',
  close: 'int close(int fd)',
  waitpid: 'int waitpid(int pid, _Out_ int *status, int options)',
  sigfillset: 'int sigfillset(void *set)',
  sigemptyset: 'int sigemptyset(void *set)',
  attrInit: 'int posix_spawnattr_init(void *attr)',
  attrFlags: 'int posix_spawnattr_setflags(void *attr, short flags)',
  attrSigDefault: 'int posix_spawnattr_setsigdefault(void *attr, void *set)',
  attrSigMask: 'int posix_spawnattr_setsigmask(void *attr, void *set)',
  actionsInit: 'int posix_spawn_file_actions_init(void *actions)',
  actionsDestroy: 'int posix_spawn_file_actions_destroy(void *actions)',
  actionsOpen:
    'int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, int mode)',
  actionsDup2: 'int posix_spawn_file_actions_adddup2(void *actions, int from, int to)',
  spawnp:
    'int posix_spawnp(_Out_ int *pid, const char *file, void *actions, void *attr, const char **argv, void *envp)',
} as const;

type Calls = Record<keyof typeof SIGNATURES, (...args: unknown[]) => number>;

/** What is used of koffi; its packages for one platform come without types. */
interface Koffi {
  config(sizes: object): unknown;
  load(path: null): { func(signature: string): Calls['close']; symbol(name: string): bigint };
  decode(address: bigint, type: 'void *'): bigint;
  errno(): number;
}

let loaded: PosixSpawn | null | undefined;

/** One for the process, loaded by the first call. Null where it does not work. */
export function loadPosixSpawn(): PosixSpawn | null {
  // Whether children have ended is heard on the main thread only.
  if (loaded === undefined) loaded = isMainThread ? load() : null;
  return loaded;
}

function load(): PosixSpawn | null {
  if (process.platform !== 'linux') return null;
  try {
    const require = createRequire(import.meta.url);
    return new FFIPosixSpawn(require(`@koromix/koffi-linux-${process.arch}`) as Koffi);
  } catch {
    // An optional package: it does not exist for every processor, and an unusual C library may refuse it.
    return null;
  }
}

class FFIPosixSpawn implements PosixSpawn {
  readonly #koffi: Koffi;
  readonly #calls: Calls;
  readonly #environ: bigint;
  readonly #attributes = Buffer.alloc(OPAQUE_BYTES);
  readonly #actions = Buffer.alloc(OPAQUE_BYTES);

  constructor(koffi: Koffi) {
    koffi.config(CALL_MEMORY);
    const library = koffi.load(null);
    this.#koffi = koffi;
    this.#environ = library.symbol('environ');
    this.#calls = Object.fromEntries(
      Object.entries(SIGNATURES).map(([name, signature]) => [name, library.func(signature)]),
    ) as Calls;
    this.#prepareAttributes();
  }

  /** Node ignores SIGPIPE, which a program would inherit. */
  #prepareAttributes(): void {
    const calls = this.#calls;
    const all = Buffer.alloc(OPAQUE_BYTES);
    const none = Buffer.alloc(OPAQUE_BYTES);
    calls.sigfillset(all);
    calls.sigemptyset(none);
    calls.attrInit(this.#attributes);
    calls.attrSigDefault(this.#attributes, all);
    calls.attrSigMask(this.#attributes, none);
    const flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    calls.attrFlags(this.#attributes, flags);
  }

  spawn(args: readonly string[]): SpawnedProcess {
    // A C string would end there, and the program be called with something else than was written.
    if (args.some((arg) => arg.includes('\0'))) throw systemError('EINVAL', args[0]!);
    const [read, write] = this.#pipe(args[0]!);
    const pid = [0];
    try {
      const failed = this.#spawn(pid, args, write);
      if (failed !== 0) throw systemError(getSystemErrorName(-failed), args[0]!);
    } catch (thrown) {
      this.#calls.close(read);
      throw thrown;
    } finally {
      this.#calls.close(write);
    }
    return { pid: pid[0]!, outputFD: read };
  }

  /** @returns an error's number, 0 for none */
  #spawn(pid: number[], args: readonly string[], output: number): number {
    const calls = this.#calls;
    calls.actionsInit(this.#actions);
    try {
      calls.actionsOpen(this.#actions, 0, '/dev/null', O_RDONLY, 0);
      calls.actionsDup2(this.#actions, output, 1);
      calls.actionsDup2(this.#actions, output, 2);
      // Where the environment begins may change with every variable that is set.
      const environment = this.#koffi.decode(this.#environ, 'void *');
      const argv = [...args, null];
      return calls.spawnp(pid, args[0], this.#actions, this.#attributes, argv, environment);
    } finally {
      calls.actionsDestroy(this.#actions);
    }
  }

  #pipe(program: string): [read: number, write: number] {
    const fds = [0, 0];
    // Closed in whatever else is started meanwhile.
    if (this.#calls.pipe2(fds, O_CLOEXEC) !== 0)
      throw systemError(getSystemErrorName(-this.#koffi.errno()), program);
    return [fds[0]!, fds[1]!];
  }

  reap(pid: number): number | null | undefined {
    const status = [0];
    if (this.#calls.waitpid(pid, status, WNOHANG) !== pid) return undefined;
    // wait(2): the low seven bits are the signal, the next byte is the exit code.
    const signal = status[0]! & 0x7f;
    return signal === 0 ? (status[0]! >> 8) & 0xff : null;
  }
}

function systemError(code: string, program: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`spawn ${program} ${code}`), {
    code,
    syscall: `spawn ${program}`,
  });
}
