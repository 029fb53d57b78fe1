import { engine } from "@tensorflow/tfjs-core";

/** Runs `f` unrecorded: what it computes is a constant to the gradient, and nothing is saved for it. */
export function offTape<T>(f: () => T): T {
  const { state } = engine();
  // Ops inside a kernel are not recorded; this is how tfjs's customGrad turns the tape off too.
  state.kernelDepth++;
  try {
    return f();
  } finally {
    state.kernelDepth--;
  }
}
