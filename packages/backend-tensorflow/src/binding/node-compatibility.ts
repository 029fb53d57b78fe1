/// <reference types="node" />
import util from "node:util";

/** Functions of `node:util` that tfjs-node 4.22 calls; Node deprecated and then, from 23 on, removed them. */
const CALLED: Readonly<Record<string, (value: unknown) => boolean>> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: Array.isArray,
};

/**
 * Supplies what tfjs-node misses in this Node; leaves alone what is there, but has its deprecation said to nobody:
 * the program that it would be said to does not call it.
 */
export function supplyMissing(target: object = util): void {
  const functions = target as Record<string, unknown>;
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    for (const [name, substitute] of Object.entries(CALLED)) {
      const present = functions[name];
      // Node warns of the first call only.
      if (typeof present === "function") present([]);
      else functions[name] = substitute;
    }
  } finally {
    process.emitWarning = emitWarning;
  }
}
