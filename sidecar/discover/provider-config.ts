/** `provider=NAME key=value ...`, as hashicorp/go-discover reads it: values with blanks stand in double quotes. */
export type ProviderConfig = ReadonlyMap<string, string>;

export function isProviderConfig(text: string): boolean {
  return /(^|\s)provider=/.test(text);
}

/** @throws Error that says where the text goes wrong */
export function parseProviderConfig(text: string): ProviderConfig {
  const fields = new Map<string, string>();
  const field = /\s*([A-Za-z0-9_-]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?=\s|$)/y;
  for (let end = 0; end < text.trimEnd().length; end = field.lastIndex) {
    field.lastIndex = end;
    const match = field.exec(text);
    if (match === null) {
      throw new Error(`${JSON.stringify(text.slice(end).trim())} is no key=value`);
    }
    const [, name = '', value = ''] = match;
    fields.set(name, value.startsWith('"') ? (JSON.parse(value) as string) : value);
  }
  return fields;
}
