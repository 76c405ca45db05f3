/** How `exec` prints what a node said: every line bears the node's name. */

const NOTICE = '==>';
const OUTPUT = '   ';

/** What happened on a node. */
export function renderNotice(node: string, text: string): string {
  return prefixLines(NOTICE, node, text);
}

/** What its program said. */
export function renderOutput(node: string, text: string): string {
  return prefixLines(OUTPUT, node, text);
}

function prefixLines(mark: string, node: string, text: string): string {
  return text
    .split('\n')
    .map((line) => `${mark} ${node}: ${line}`)
    .join('\n')
    .trimEnd();
}
