import type { SnapshotStorage } from '../snapshot/snapshot-storage.ts';

/** A snapshot in memory, whose disk can fail. */
export class MemoryStorage implements SnapshotStorage {
  text: string;
  /** Thrown by the next writes. */
  failure: Error | undefined;
  replacements = 0;
  syncs = 0;
  isClosed = false;

  constructor(text = '') {
    this.text = text;
  }

  read(): Promise<string> {
    return Promise.resolve(this.text);
  }

  append(text: string): Promise<void> {
    return this.#write(() => {
      this.text += text;
    });
  }

  replace(text: string): Promise<void> {
    return this.#write(() => {
      this.replacements++;
      this.text = text;
    });
  }

  sync(): Promise<void> {
    this.syncs++;
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  #write(action: () => void): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    action();
    return Promise.resolve();
  }
}
