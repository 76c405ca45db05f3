/**
 * The answer of `changes.list` as text: a line of JSON about the page, then a line for each change, its place in the log
 * before its JSON. Nobody on the way parses a change: its flags may need 64 bits.
 */

export interface ChangePageHead {
  /** Of the datacenter; another one after a restore. */
  readonly Incarnation: string;
  /** Not empty when what came after the place can no longer be told: everything has to be read afresh. */
  readonly Resync: '' | 'trimmed' | 'restored';
  /** Everything up to here was looked at. */
  readonly Position: string;
  readonly More: boolean;
}

export interface PlacedChange {
  readonly position: string;
  /** JSON of a Change. */
  readonly text: string;
}

export interface ChangePage extends ChangePageHead {
  readonly changes: readonly PlacedChange[];
}

export function renderChangePage(head: ChangePageHead, changes: readonly PlacedChange[]): string {
  const lines = changes.map(({ position, text }) => `${position} ${text}`);
  return [JSON.stringify(head), ...lines].join('\n');
}

/** @throws SyntaxError */
export function parseChangePage(body: string): ChangePage {
  const [head = '', ...lines] = body.split('\n');
  const changes = lines.map((line) => {
    const blank = line.indexOf(' ');
    return { position: line.slice(0, blank), text: line.slice(blank + 1) };
  });
  return { ...(JSON.parse(head) as ChangePageHead), changes };
}
