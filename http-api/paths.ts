/** What Consul's server does with a path before any endpoint sees it. */

/** Go's ServeMux redirects paths with empty or dotted segments to the clean one. */
export function needsCleaning(path: string): boolean {
  return path.includes('//') || (path.includes('/.') && /\/\.\.?(\/|$)/.test(path));
}

export function cleanPath(path: string): string {
  const out: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') out.pop();
    else if (segment !== '' && segment !== '.') out.push(segment);
  }
  const clean = `/${out.join('/')}${path.endsWith('/') && out.length > 0 ? '/' : ''}`;
  // Go escapes these, which others leave as they are.
  return clean.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Control characters, as Go's unicode.IsPrint sees them in the decoded path. */
export function hasUnprintable(path: string): boolean {
  return path.includes('%') && /%(0[0-9a-f]|1[0-9a-f]|7f|c2%[89][0-9a-f])/i.test(path);
}

/** A percent sign that begins no escape: Go's server refuses the request before anyone sees it. */
export function isMalformed(path: string): boolean {
  return path.includes('%') && /%(?![0-9a-fA-F]{2})/.test(path);
}
