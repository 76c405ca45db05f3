/** A position in a pattern, counted in code points. */
export class Cursor {
  readonly characters: readonly string[];
  position = 0;

  constructor(pattern: string) {
    this.characters = [...pattern];
  }

  get atEnd(): boolean {
    return this.position >= this.characters.length;
  }

  /** The character `offset` after the current one; the empty string past the end. */
  peek(offset = 0): string {
    return this.characters[this.position + offset] ?? '';
  }

  next(): string {
    const character = this.peek();
    this.position += 1;
    return character;
  }

  take(text: string): boolean {
    if (!this.startsWith(text)) return false;
    this.position += text.length;
    return true;
  }

  /** @param text ASCII only */
  startsWith(text: string): boolean {
    return [...text].every((character, offset) => this.peek(offset) === character);
  }

  slice(start: number, end = this.position): string {
    return this.characters.slice(start, end).join('');
  }

  /** What is left, from `start` on. */
  rest(start = this.position): string {
    return this.slice(start, this.characters.length);
  }

  /** Position of `text` from here on, or -1. */
  find(text: string): number {
    for (let start = this.position; start < this.characters.length; start += 1) {
      if ([...text].every((character, offset) => this.characters[start + offset] === character)) {
        return start;
      }
    }
    return -1;
  }
}
