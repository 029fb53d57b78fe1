/**
 * "light" and "dark" have a background and can stand alone; "page" has none and takes the colours of the
 * page it is put into, from the custom properties that {@link pageColors} sets.
 */
export type Theme = "light" | "dark" | "page";

export interface Colors {
  readonly background: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  /** One a line, in order; told apart by people who see few colours. */
  readonly lines: readonly string[];
}

// Okabe and Ito's colours, darker on light and lighter on dark so that thin lines have contrast.
const LIGHT: Colors = {
  background: "#ffffff",
  ink: "#1f2328",
  muted: "#59636e",
  grid: "#d8dee4",
  lines: ["#0060a8", "#c04a00", "#007a58", "#a23b7a", "#7a5c00", "#2c2c6c"],
};
const DARK: Colors = {
  background: "#15181c",
  ink: "#e6edf3",
  muted: "#9aa4ae",
  grid: "#343b43",
  lines: ["#56b4e9", "#f09a3e", "#35c79a", "#e391c3", "#e2c94b", "#a9a9f0"],
};

const PAGE: Colors = {
  background: "transparent",
  ink: "var(--ink)",
  muted: "var(--muted)",
  grid: "var(--grid)",
  lines: LIGHT.lines.map((_, i) => `var(--line-${i})`),
};

export const THEMES: Readonly<Record<Theme, Colors>> = { light: LIGHT, dark: DARK, page: PAGE };

/** The custom properties that charts of theme "page" use. */
export function pageColors(theme: "light" | "dark"): string {
  const { background, ink, muted, grid, lines } = THEMES[theme];
  const named = { background, ink, muted, grid };
  return [
    ...Object.entries(named).map(([name, color]) => `--${name}:${color};`),
    ...lines.map((color, i) => `--line-${i}:${color};`),
  ].join("");
}
