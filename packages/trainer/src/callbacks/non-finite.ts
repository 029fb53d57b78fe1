// Finds the first gradient or parameter that is not finite, for `stopOnNaN`.
import {
  dispose,
  type Scalar,
  stack,
  sum,
  type Tensor,
  tidy,
  type Variable,
} from "@tensorflow/tfjs-core";
import type { HasGradientHooks } from "./clip-gradients.ts";
import { copies } from "./weights.ts";

/** A model that can name its parameters: a `Module`. */
export interface NamedParameters {
  readonly namedParameters: () => readonly (readonly [name: string, parameter: Variable])[];
}

/** An optimizer whose gradients can be looked at. */
export interface WatchedOptimizer extends HasGradientHooks {
  /** In the order of the gradients. */
  readonly parameters: readonly Variable[];
}

/** The first gradient, or where none is bad the first parameter, that holds NaN or infinity. */
export interface NonFinite {
  readonly kind: "gradient" | "parameter";
  /** The parameter's name in the model; its place in the optimizer where no model can tell. */
  readonly name: string;
  /** NaN, Infinity or -Infinity: the first such in it. */
  readonly value: number;
  /** How many gradients, or parameters, hold such values, of how many. */
  readonly count: number;
  readonly total: number;
}

export interface NonFiniteWatch {
  /** Before a run. */
  readonly start: () => void;
  /** Keeps a copy of the next update's gradients, for `find`. */
  readonly holdGradients: () => void;
  /** Whether there are gradients to look at. */
  readonly holdsGradients: () => boolean;
  /** Looks at the gradients held, then at the model's parameters; one read when all are finite. */
  readonly find: () => Promise<NonFinite | null>;
  /** After a run. */
  readonly end: () => void;
}

interface Candidate {
  readonly kind: "gradient" | "parameter";
  readonly name: string;
  readonly tensor: Tensor;
}

export function nonFiniteWatch(
  model: NamedParameters | undefined,
  optimizer: WatchedOptimizer | undefined,
): NonFiniteWatch {
  let remove: () => void = () => {};
  let wanted = false;
  let held: Candidate[] = [];
  const release = (): void => {
    dispose(held.map(({ tensor }) => tensor));
    held = [];
  };

  const holdAll = (gradients: readonly (Tensor | null)[]): void => {
    if (!wanted) return;
    wanted = false;
    release();
    const names = new Map(model?.namedParameters().map(([name, parameter]) => [parameter, name]));
    const parameters = optimizer?.parameters ?? [];
    held = gradients.flatMap((gradient, i) => {
      if (gradient === null) return [];
      const name = names.get(parameters[i] as Variable) ?? `parameter ${i}`;
      return copies([gradient]).map((tensor) => ({ kind: "gradient" as const, name, tensor }));
    });
  };

  return {
    start() {
      wanted = false;
      if (optimizer !== undefined) remove = optimizer.registerGradientHook(holdAll);
    },

    holdGradients() {
      wanted = true;
    },

    holdsGradients: () => held.length > 0,

    async find() {
      const parameters = model?.namedParameters() ?? [];
      const candidates: Candidate[] = [
        ...held,
        ...parameters.map(([name, tensor]) => ({ kind: "parameter" as const, name, tensor })),
      ];
      try {
        return await firstNonFinite(candidates);
      } finally {
        release();
      }
    },

    end() {
      remove();
      release();
    },
  };
}

async function firstNonFinite(candidates: readonly Candidate[]): Promise<NonFinite | null> {
  if (candidates.length === 0) return null;
  // A sum is not finite when a value is not, on every backend; one that overflowed is sorted out below.
  const sums = tidy(() => stack(candidates.map(({ tensor }): Scalar => sum(tensor))));
  const values = await sums.data().finally(() => sums.dispose());
  const suspects = candidates.filter((_, i) => !Number.isFinite(values[i]));
  const bad: { readonly candidate: Candidate; readonly value: number }[] = [];
  for (const candidate of suspects) {
    const value = (await candidate.tensor.data()).find((item) => !Number.isFinite(item));
    if (value !== undefined) bad.push({ candidate, value });
  }
  const [first] = bad;
  if (first === undefined) return null;
  const { kind, name } = first.candidate;
  return {
    ...{ kind, name, value: first.value },
    count: bad.filter(({ candidate }) => candidate.kind === kind).length,
    total: candidates.filter((candidate) => candidate.kind === kind).length,
  };
}
