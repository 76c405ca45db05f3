/** A host of its own on this machine: a network namespace behind a cable that can be pulled. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

export class SeveredHost {
  /** Of this side of the cable, and of the far host. */
  readonly near: string;
  readonly far: string;
  readonly #name: string;

  private constructor(name: string, net: number) {
    this.#name = name;
    this.near = `10.213.${net}.1`;
    this.far = `10.213.${net}.2`;
  }

  /** @throws Error that says what is needed, where namespaces are not allowed */
  static create(): SeveredHost {
    const random = randomBytes(3);
    // Names of interfaces have 15 characters at most.
    const host = new SeveredHost(`lic${random.toString('hex')}`, random[0]!);
    const failure = ip('netns', 'add', host.#name);
    if (failure !== '') {
      throw new Error(
        `needs iproute2 and the right to make network namespaces (run it as root): ${failure}`,
      );
    }
    try {
      host.#connect();
    } catch (error) {
      host.remove();
      throw error;
    }
    return host;
  }

  /** The command line that runs a program on the far host. */
  command(...program: readonly string[]): [string, string[]] {
    return ['ip', ['netns', 'exec', this.#name, ...program]];
  }

  /** As when its power fails: nothing comes from it any more, and nobody is told. */
  cut(): void {
    require(ip('-n', this.#name, 'link', 'set', `${this.#name}f`, 'down'));
  }

  /** The cable goes at once; the namespace itself only when the last that runs in it has ended. */
  remove(): void {
    spawnSync('ip', ['link', 'del', `${this.#name}n`]);
    spawnSync('ip', ['netns', 'del', this.#name]);
  }

  #connect(): void {
    const [near, far] = [`${this.#name}n`, `${this.#name}f`];
    require(ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', this.#name));
    require(ip('addr', 'add', `${this.near}/30`, 'dev', near));
    require(ip('link', 'set', near, 'up'));
    require(ip('-n', this.#name, 'addr', 'add', `${this.far}/30`, 'dev', far));
    require(ip('-n', this.#name, 'link', 'set', far, 'up'));
    require(ip('-n', this.#name, 'link', 'set', 'lo', 'up'));
  }
}

/** @returns what it said when it failed, '' when it did not */
function ip(...args: string[]): string {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (error !== undefined) return error.message;
  return status === 0 ? '' : stderr.trim() || `ip ${args.join(' ')}: exit ${status}`;
}

function require(failure: string): void {
  if (failure !== '') throw new Error(failure);
}
