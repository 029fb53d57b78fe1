/** What every error of Kindling's is; catch this to tell them from the rest. */
export class KindlingError extends Error {
  /** The class's name, as a string that minifiers leave alone. */
  static readonly kind: string = "KindlingError";
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

/** A value outside its range, or of the wrong kind. */
export class ArgumentError extends KindlingError {
  static override readonly kind: string = "ArgumentError";
}

/** A tensor whose shape does not fit; carries what was expected and what came. */
export class ShapeError extends KindlingError {
  static override readonly kind: string = "ShapeError";
  /** In words or brackets, such as `[..., 1568]`. */
  readonly expected: string;
  readonly received: readonly number[];

  /**
   * @param where - the function or class that found it.
   * @param hint - the next step, appended after a semicolon.
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

/** Asked for before there is data: a metric before its first update, a state before its first step. */
export class NotComputableError extends KindlingError {
  static override readonly kind: string = "NotComputableError";
}

/** Data that is not what it claims to be: a truncated file, a wrong checksum, a label out of range. */
export class DataError extends KindlingError {
  static override readonly kind: string = "DataError";
}

/** No backend that was asked for can run here; the message says why for each. */
export class BackendError extends KindlingError {
  static override readonly kind: string = "BackendError";
}
