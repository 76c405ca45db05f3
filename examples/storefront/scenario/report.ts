/** Tells what happens as it happens, and keeps count of what was expected. */

export class Report {
  passed = 0;
  failed = 0;
  readonly #startedMs = performance.now();

  /** A line for the reader. */
  step(text: string): void {
    const seconds = ((performance.now() - this.#startedMs) / 1e3).toFixed(1).padStart(5);
    console.log(`${seconds} s  ${text}`);
  }

  expect(isTrue: boolean, text: string): void {
    if (isTrue) this.passed++;
    else this.failed++;
    console.log(`         ${isTrue ? 'PASS' : 'FAIL'}  ${text}`);
  }

  summary(): string {
    return `${this.failed === 0 ? 'PASS' : 'FAIL'}: ${this.passed} passed, ${this.failed} failed`;
  }
}
