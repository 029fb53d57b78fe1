import { DataError } from "@kindling/core";

const SPACE = /[ \t\n\r]*/y;
const NUMERAL = /-?[0-9][0-9.eE+-]*/y;
const INTEGER = /^(?:0|[1-9][0-9]*)$/;
/** UTF-16 halves that stand alone: not text, and no UTF-8 of theirs exists. */
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Characters of what is wrong that a message shows. */
const SHOWN = 24;

/** A position in a header's text, and the few pieces of JSON that a header is made of. */
export class HeaderText {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** An object; `read` is called at each value and moves over it. */
  object(what: string, read: (key: string) => void): void {
    const keys = new Set<string>();
    this.#list("{", "}", what, () => {
      const from = this.#at;
      const key = this.string(`a key in ${what}`);
      if (keys.has(key)) {
        this.#at = from;
        this.fail(`each key of ${what} once`);
      }
      keys.add(key);
      if (!this.#take(":")) this.fail(`":" behind the key "${key}"`);
      read(key);
    });
  }

  /** Integers from 0 to 2⁵³ − 1, written as such. */
  integers(what: string): number[] {
    const values: number[] = [];
    this.#list("[", "]", what, () => {
      this.#skipSpace();
      const numeral = this.#match(NUMERAL);
      const value = Number(numeral);
      if (!INTEGER.test(numeral) || !Number.isSafeInteger(value)) {
        this.#at -= numeral.length;
        this.fail(`integers from 0 to 2**53 - 1 in ${what}`);
      }
      values.push(value);
    });
    return values;
  }

  string(what: string): string {
    this.#skipSpace();
    const from = this.#at;
    if (this.#source[from] === '"') {
      const end = this.#closingQuote(from + 1);
      const value = end === -1 ? null : unescaped(this.#source.slice(from, end + 1));
      if (value !== null) {
        this.#at = end + 1;
        return value;
      }
    }
    return this.fail(`${what} as a string`);
  }

  /** Nothing but spaces up to the end. */
  end(): void {
    this.#skipSpace();
    if (this.#at < this.#source.length) this.fail("only spaces behind the header's object");
  }

  fail(expected: string): never {
    const rest = this.#source.slice(this.#at, this.#at + SHOWN);
    const got = rest === "" ? "its end" : JSON.stringify(rest);
    throw new DataError(
      `decodeSafetensors: expected ${expected} at character ${this.#at} of the header, got ${got}`,
    );
  }

  #list(open: string, close: string, what: string, item: () => void): void {
    const kind = open === "{" ? "an object" : "a list";
    if (!this.#take(open)) this.fail(`${what} to be ${kind}`);
    if (this.#take(close)) return;
    do item();
    while (this.#take(","));
    if (!this.#take(close)) this.fail(`"," or "${close}" in ${what}`);
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#source[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  // A search and no pattern: a pattern's memory grows with the string.
  #closingQuote(from: number): number {
    for (let at = from; at < this.#source.length; at++) {
      const character = this.#source[at];
      if (character === '"') return at;
      if (character === "\\") at++;
    }
    return -1;
  }
}

function unescaped(literal: string): string | null {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === "string" && !LONE_SURROGATE.test(value) ? value : null;
  } catch {
    return null;
  }
}
