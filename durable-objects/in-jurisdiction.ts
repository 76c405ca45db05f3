/** Objects whose data stays where the law wants it: a jurisdiction has a namespace of its own, in which names mean other objects. */
export function inJurisdiction<Namespace extends { jurisdiction(name: never): Namespace }>(
  namespace: Namespace,
  jurisdiction: string,
): Namespace {
  return jurisdiction === '' ? namespace : namespace.jurisdiction(jurisdiction as never);
}
