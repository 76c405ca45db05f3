/** A read that can block, for the test that plays every kind of write against it. */
import type { MethodArgs, ReadMethod } from '../../protocol/methods.ts';

export interface Case<M extends ReadMethod> {
  readonly args: MethodArgs<M>;
  /** Events that wake it though its answer stays; no others may. */
  readonly wakesFor?: readonly string[];
  /** An event that it misses, of which nobody can wait. */
  readonly misses?: string;
}
/** Total over `M`. A text says why one never blocks. */
export type CasesOf<M extends ReadMethod> = {
  readonly [Each in M]: readonly Case<Each>[] | string;
};
