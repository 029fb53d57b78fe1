/** The element with this id. @throws {TypeError} when there is none, or one of another kind. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new TypeError(`byId: expected #${id} to be a ${kind.name}, got ${element?.tagName}`);
}

/** A new element with text or children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: {
    readonly className?: string;
    readonly title?: string;
    readonly scope?: string;
  } = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  Object.assign(element, properties);
  element.append(...children);
  return element;
}

/** Writes text only where it differs, so that screen readers hear it once. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A fraction 0..1 in per cent. */
export function percent(fraction: number, digits: number = 1): string {
  return `${(100 * fraction).toFixed(digits)} %`;
}
