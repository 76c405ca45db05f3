/** Lists of faults in the form that clients of Consul know (hashicorp/go-multierror). */

export function renderFaults(faults: readonly string[]): string {
  const count = faults.length === 1 ? '1 error' : `${faults.length} errors`;
  return `${count} occurred:\n${faults.map((fault) => `\t* ${fault}\n`).join('')}\n`;
}
