// What goes into echarts and what comes out of it, made fit to be put into a page.

/**
 * What XML and echarts can hold: control characters and halves of surrogate pairs become �.
 *
 * zrender looks texts up in a plain object, where "constructor" and "__proto__" are found, and writes to
 * what it finds: to every object's prototype. A space after such a name keeps it out of there.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is for.
  const clean = text.replace(/[\u0000-\u001f\u007f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd");
  return clean in Object.prototype ? `${clean} ` : clean;
}

/**
 * echarts's SVG without what only its browser side uses, with a name for screen readers.
 *
 * Ids count up in echarts; here they come from the content, so that equal charts are equal strings and
 * different ones can be in one page. In texts echarts escapes quotes, so no pattern here is in a text; and
 * the label is given by a function, because in a string "$&" would be the match.
 */
export function cleaned(svg: string, label: string): string {
  const plain = svg
    .replace(/<style ?>[\s\S]*<\/style>\n?/, "")
    .replace(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, "")
    .replaceAll(/="(url\(#)?zr\d+-/g, '="$1CHART-');
  const id = `c${hash(plain)}-`;
  return plain
    .replaceAll(/="(url\(#)?CHART-/g, `="$1${id}`)
    .replace("<svg ", () => `<svg role="img" aria-label="${escaped(label)}" `);
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** FNV-1a. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return (value >>> 0).toString(36);
}
