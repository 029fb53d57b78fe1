const HEADING = "## Why these dependencies";
// One or more names in code, then a note in brackets or none, a colon, and the reason.
const LINE = /^- ((?:`[^`]+`(?:, | and | or )?)+)(?: \([^)]*\))?: (.+)$/;

/**
 * Why a package has its dependencies, by their names: the list in its README under
 * `## Why these dependencies`, a line such as `` - `pbf` and `crc-32`: protobuf's wire format ``.
 *
 * @throws {Error} when a line of the list is not of that form.
 */
export function reasonsIn(readme: string): Map<string, string> {
  const [, after] = readme.split(`${HEADING}\n`);
  const section = after?.split(/^## /m)[0] ?? "";
  const reasons = new Map<string, string>();
  for (const line of section.split("\n")) {
    if (!line.startsWith("- ")) continue;
    const [, names, reason] = LINE.exec(line) ?? [];
    if (names === undefined || reason === undefined) {
      throw new Error(`${HEADING}: expected lines "- \`name\`: reason", got "${line}"`);
    }
    for (const [, name] of names.matchAll(/`([^`]+)`/g)) {
      if (name !== undefined) reasons.set(name, reason);
    }
  }
  return reasons;
}
