import { ArgumentError, defaultGenerator, type Generator } from "@kindling/core";
import type { GeneratorStates } from "./run-state.ts";

/** The default generator and those of the user's, by name. */
export class GeneratorSet {
  readonly #generators: Readonly<Record<string, Generator>>;

  constructor(named: Readonly<Record<string, Generator>> = {}) {
    if ("default" in named) {
      throw new ArgumentError(
        'Trainer.fit: expected generators under other names than "default", got it; the default generator is always there',
      );
    }
    this.#generators = { default: defaultGenerator, ...named };
  }

  states(): GeneratorStates {
    const entries = Object.entries(this.#generators);
    return Object.fromEntries(entries.map(([name, generator]) => [name, generator.getState()]));
  }

  /** @throws {ArgumentError} when the states are of other generators. */
  restore(states: GeneratorStates): void {
    this.check(states);
    for (const [name, generator] of Object.entries(this.#generators)) {
      const state = states[name];
      if (state !== undefined) generator.setState(state);
    }
  }

  check(states: GeneratorStates): void {
    const list = (record: object): string => Object.keys(record).sort().join(", ");
    if (list(states) !== list(this.#generators)) {
      throw new ArgumentError(
        `Trainer.fit: expected the generators of the run to resume (${list(states)}), got ${list(this.#generators)}; ` +
          "pass the same ones as generators",
      );
    }
  }
}
