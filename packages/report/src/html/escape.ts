/** HTML, as opposed to text: only `html` and `raw` make it, so that no text gets in unescaped. */
export class Html {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Value = Html | readonly Html[] | string | number;

/**
 * A template of HTML. What is put in is escaped, for content and for attributes in double quotes;
 * other Html stays as it is.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  let source = parts[0] ?? "";
  values.forEach((value, i) => {
    source += sourceOf(value) + (parts[i + 1] ?? "");
  });
  return new Html(source);
}

/** Of text that is HTML already: a chart, a style. */
export function raw(source: string): Html {
  return new Html(source);
}

function sourceOf(value: Value): string {
  if (value instanceof Html) return value.source;
  if (typeof value === "object") return value.map(({ source }) => source).join("");
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
