/** What a value says it is, whichever copy of this package made it; null for anything else. */
export function kindOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "~kind" in value ? value["~kind"] : null;
}
