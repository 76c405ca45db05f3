/**
 * What Go says about a text that is no duration (time.ParseDuration): clients show it to people as it is.
 *
 * @param text one for which protocol's parseDuration gave null
 */
export function describeDurationFault(text: string): string {
  const quoted = JSON.stringify(text);
  const number = /^[-+]?(\d+\.?\d*|\.\d+)/.exec(text);
  if (number === null) return `time: invalid duration ${quoted}`;
  const unit = /^[^\d.]*/.exec(text.slice(number[0].length))?.[0] ?? '';
  if (unit === '') return `time: missing unit in duration ${quoted}`;
  return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`;
}
