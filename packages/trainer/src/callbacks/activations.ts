// Finds the first output of a module within a model that is not finite, for `stopOnNaN`.
import { dispose, stack, sum, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { tensorsIn } from "../clone-tensors.ts";
import { copies } from "./weights.ts";

/** A module whose outputs can be looked at. */
export interface HookableModule {
  /** Calls the hook after each `forward`, until it is removed. */
  readonly registerForwardHook: (
    hook: (module: unknown, inputs: unknown, output: unknown) => void,
  ) => { readonly remove: () => void };
}

/** The first output that holds NaN or infinity, in the order in which modules finish. */
export interface NonFiniteActivation {
  /** The module's path in the model; `""` for the model itself. */
  readonly name: string;
  /** The output's. */
  readonly shape: readonly number[];
  /** How many values are NaN. */
  readonly nans: number;
  /** How many values are infinite. */
  readonly infinities: number;
  /** How many values there are. */
  readonly size: number;
}

export interface ActivationWatch {
  /** From now on keeps each output: it shares its memory with what the backward pass keeps anyway. */
  readonly start: (modules: Iterable<readonly [name: string, module: HookableModule]>) => void;
  /** Reads what is kept, and lets it go. */
  readonly find: () => Promise<NonFiniteActivation | null>;
  /** Lets it go. */
  readonly end: () => void;
}

export function activationWatch(): ActivationWatch {
  let handles: { readonly remove: () => void }[] = [];
  let held: { readonly name: string; readonly tensor: Tensor }[] = [];

  const stop = (): void => {
    for (const { remove } of handles) remove();
    handles = [];
  };
  const end = (): void => {
    stop();
    dispose(held.map(({ tensor }) => tensor));
    held = [];
  };

  return {
    start(modules) {
      end();
      for (const [name, module] of modules) {
        const hook = (_: unknown, __: unknown, output: unknown): void => {
          const floats = tensorsIn(output).filter(({ dtype }) => dtype === "float32");
          for (const tensor of copies(floats)) held.push({ name, tensor });
        };
        handles.push(module.registerForwardHook(hook));
      }
    },

    async find() {
      stop();
      try {
        return await firstOf(held);
      } finally {
        end();
      }
    },

    end,
  };
}

async function firstOf(
  outputs: readonly { readonly name: string; readonly tensor: Tensor }[],
): Promise<NonFiniteActivation | null> {
  if (outputs.length === 0) return null;
  // A sum is not finite when a value is not; one that overflowed is told apart by its values.
  const sums = tidy(() => stack(outputs.map(({ tensor }) => sum(tensor))));
  const values = await sums.data().finally(() => sums.dispose());
  for (const [i, { name, tensor }] of outputs.entries()) {
    if (Number.isFinite(values[i])) continue;
    let [nans, infinities] = [0, 0];
    for (const value of await tensor.data()) {
      if (Number.isNaN(value)) nans++;
      else if (!Number.isFinite(value)) infinities++;
    }
    const { shape, size } = tensor;
    if (nans + infinities > 0) return { name, shape: [...shape], nans, infinities, size };
  }
  return null;
}
