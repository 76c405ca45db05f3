import { SERVICE_ADDED, SERVICE_ALTERED } from '../watch/topics.ts';
import type { Publisher, Touched } from '../writer.ts';

/** A publisher that only remembers: tests ask which topics a write touched, and which it did not. */
export class RecordingPublisher implements Publisher {
  readonly batches: Touched[] = [];

  publish(touched: Touched): void {
    this.batches.push(touched);
  }

  watchesPrefixes(): boolean {
    return true;
  }

  /** Those who follow the log have topics of their own, which would stand beside all others here. */
  watchesLog(): boolean {
    return false;
  }

  /** Topics of all batches since the last call, sorted. */
  take(): string[] {
    return (
      this.batches
        .splice(0)
        .flatMap((touched) => [...touched.keys()])
        // Nobody watches these: they only say more of another topic.
        .filter((topic) => !topic.startsWith(SERVICE_ADDED) && !topic.startsWith(SERVICE_ALTERED))
        .sort()
    );
  }
}
