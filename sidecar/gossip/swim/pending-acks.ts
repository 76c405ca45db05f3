/** Who waits for which acknowledgement. The waiting ones own the timers; here is only the way from number to waiter. */
export interface AckWaiter {
  /** Called at most once. */
  onAck(payload: Uint8Array, receivedAtMs: number): void;
  onNack?(): void;
}

const MAX_UINT32 = 0xffff_ffff;

export class PendingAcks {
  readonly #waiters = new Map<number, AckWaiter>();
  #sequence = 0;

  get size(): number {
    return this.#waiters.size;
  }

  /** @returns the sequence number to send */
  register(waiter: AckWaiter): number {
    this.#sequence = this.#sequence === MAX_UINT32 ? 1 : this.#sequence + 1;
    this.#waiters.set(this.#sequence, waiter);
    return this.#sequence;
  }

  forget(sequence: number): void {
    this.#waiters.delete(sequence);
  }

  acknowledge(sequence: number, payload: Uint8Array, receivedAtMs: number): void {
    const waiter = this.#waiters.get(sequence);
    this.#waiters.delete(sequence);
    waiter?.onAck(payload, receivedAtMs);
  }

  refuse(sequence: number): void {
    this.#waiters.get(sequence)?.onNack?.();
  }
}
