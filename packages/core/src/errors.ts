/**
 * What every error of Kindling's is; catch this to tell them from the rest.
 *
 * @example
 * ```ts
 * try {
 *   randperm(-1);
 * } catch (error) {
 *   KindlingError.is(error); // => true
 * }
 * ```
 */
export class KindlingError extends Error {
  /** The class's name, as a string that minifiers leave alone. */
  static readonly kind: string = "KindlingError";
  /** The same, on the error: `ShapeError`. */
  override readonly name: string = (this.constructor as typeof KindlingError).kind;

  /**
   * True for an error of this class or a subclass, also one thrown by another copy of the package
   * (two versions in one bundle), where `instanceof` is false.
   */
  static is<E extends KindlingError>(this: ErrorClass<E>, error: unknown): error is E {
    if (!(error instanceof Error)) return false;
    const lineage = (error as { readonly lineage?: unknown }).lineage;
    return error instanceof this || (Array.isArray(lineage) && lineage.includes(this.kind));
  }

  /** The error's classes, nearest first, up to `KindlingError`. */
  get lineage(): readonly string[] {
    const names: string[] = [];
    let type = this.constructor as typeof KindlingError;
    while (type.kind !== undefined) {
      names.push(type.kind);
      type = Object.getPrototypeOf(type) as typeof KindlingError;
    }
    return names;
  }
}

// A constructor with any parameters: subclasses differ in theirs.
type ErrorClass<E> = (abstract new (...parameters: never[]) => E) & { readonly kind: string };

/**
 * A value outside its range, or of the wrong kind.
 *
 * @example
 * ```ts
 * new Generator(0.5); // => ArgumentError: Generator: expected the seed to be a safe integer, got 0.5
 * ```
 */
export class ArgumentError extends KindlingError {
  static override readonly kind: string = "ArgumentError";
}

/**
 * A tensor whose shape does not fit; carries what was expected and what came.
 *
 * @example
 * ```ts
 * new Linear(4, 2).forward(zeros([1, 3])); // => ShapeError: Linear: expected input of shape [..., 4], got [1, 3]
 * ```
 */
export class ShapeError extends KindlingError {
  static override readonly kind: string = "ShapeError";
  /** In words or brackets, such as `[..., 1568]`. */
  readonly expected: string;
  /** The shape that came, in numbers. */
  readonly received: readonly number[];

  /**
   * @param where - the function or class that found it.
   * @param expected - in words or brackets.
   * @param hint - the next step, appended after a semicolon; none by default.
   */
  constructor(
    where: string,
    expected: string,
    received: readonly number[],
    hint?: string,
    options?: ErrorOptions,
  ) {
    const tail = hint === undefined ? "" : `; ${hint}`;
    super(
      `${where}: expected input of shape ${expected}, got [${received.join(", ")}]${tail}`,
      options,
    );
    this.expected = expected;
    this.received = received;
  }
}

/**
 * Asked for before there is data: a metric before its first update, a state before its first step.
 *
 * @example
 * ```ts
 * await new Accuracy().compute(); // => NotComputableError: …
 * ```
 */
export class NotComputableError extends KindlingError {
  static override readonly kind: string = "NotComputableError";
}

/**
 * Data that is not what it claims to be: a truncated file, a wrong checksum, a label out of range.
 *
 * @example
 * ```ts
 * decodeIdx(Uint8Array.of(1, 2, 3)); // => DataError: …
 * ```
 */
export class DataError extends KindlingError {
  static override readonly kind: string = "DataError";
}

/**
 * No backend that was asked for can run here; the message says why for each.
 *
 * @example
 * ```ts
 * const none: Backend = {
 *   name: "none",
 *   unavailable: async () => "it is not installed; npm install none",
 *   activate: async () => {},
 *   describe: () => "none",
 * };
 * await selectBackend(none); // => BackendError: selectBackend: no backend is available: none: it is not installed; npm install none
 * ```
 */
export class BackendError extends KindlingError {
  static override readonly kind: string = "BackendError";
}
