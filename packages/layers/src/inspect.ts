/** Has Node's `console.log` print objects of a class as `text` does. */
export function inspectAs<T extends object>(prototype: T, text: (self: T) => string): void {
  Object.defineProperty(prototype, Symbol.for("nodejs.util.inspect.custom"), {
    value(this: T): string {
      return text(this);
    },
  });
}
