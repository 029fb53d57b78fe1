export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/**
 * Rows as text of a fixed width, under rules.
 *
 * Not cli-table3's: its colours need Node's `os` and `util`, so that browser bundles with it do not build.
 */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columns.map(({ title }, i) =>
    rows.reduce((width, row) => Math.max(width, row[i]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[]): string => {
    const padded = columns.map(({ align }, i) => {
      const cell = cells[i] ?? "";
      return align === "left" ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
    });
    return ` ${padded.join("  ")}`.trimEnd();
  };
  const width = widths.reduce((sum, size) => sum + size + 2, 0);
  const double = "═".repeat(width);
  const head = line(columns.map(({ title }) => title));
  return [double, head, "─".repeat(width), ...rows.map(line), double].join("\n");
}
