// Finds the first gradient or parameter that is not finite, and the first output within the model, for
// `stopOnNaN`.
import {
  clone,
  dispose,
  keep,
  type Scalar,
  stack,
  sum,
  type Tensor,
  tidy,
  type Variable,
} from "@tensorflow/tfjs-core";
import { activationWatch, type HookableModule, type NonFiniteActivation } from "./activations.ts";
import type { HasGradientHooks } from "./clip-gradients.ts";
import { copies } from "./weights.ts";

/** A model that can name its parameters and, where it has them, modules: a `Module`. */
export interface NamedParameters {
  /** Each parameter, of any shape, with its path in the model, such as `hidden.weight`. */
  readonly namedParameters: () => readonly (readonly [name: string, parameter: Variable])[];
  /** Those whose outputs are looked at. */
  readonly namedModules?: () => readonly (readonly [name: string, module: HookableModule])[];
}

/** An optimizer whose gradients can be looked at. */
export interface WatchedOptimizer extends HasGradientHooks {
  /** In the order of the gradients; of any shape. */
  readonly parameters: readonly Variable[];
}

/** The first gradient, or where none is bad the first parameter, that holds NaN or infinity. */
export interface NonFinite {
  /** Which of the two it is. */
  readonly kind: "gradient" | "parameter";
  /** The parameter's name in the model; its place in the optimizer where no model can tell. */
  readonly name: string;
  /** NaN, Infinity or -Infinity: the first such in it. */
  readonly value: number;
  /** How many gradients, or parameters, hold such values … */
  readonly count: number;
  /** … of how many. */
  readonly total: number;
}

/** What was found at a check. */
export interface Found {
  readonly first: NonFinite | null;
  /** Looked for when something else is not finite: infinities on the way may be meant, as in a mask. */
  readonly activation: NonFiniteActivation | null;
  /** A parameter was not finite before this step: what its activations are says nothing. */
  readonly earlier: boolean;
}

export interface NonFiniteWatch {
  /** Before a run. */
  readonly start: () => void;
  /** Before a step: keeps its activations and a copy of the next update's gradients, for `find`. */
  readonly hold: () => void;
  /** Whether there are gradients to look at. */
  readonly holdsGradients: () => boolean;
  /**
   * Looks at the gradients held, then at the model's parameters, in one read when all are finite; at the
   * activations when they are not, or when `suspicious`.
   */
  readonly find: (suspicious: boolean) => Promise<Found>;
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
  /** The parameters as they were before the step. */
  let before: Candidate[] = [];
  const activations = activationWatch();
  const release = (): void => {
    dispose([...held, ...before].map(({ tensor }) => tensor));
    held = [];
    before = [];
    activations.end();
  };
  const parameters = (): Candidate[] =>
    (model?.namedParameters() ?? []).map(([name, tensor]) => ({ kind: "parameter", name, tensor }));

  const holdAll = (gradients: readonly (Tensor | null)[]): void => {
    if (!wanted) return;
    wanted = false;
    dispose(held.map(({ tensor }) => tensor));
    const names = new Map(model?.namedParameters().map(([name, parameter]) => [parameter, name]));
    const updated = optimizer?.parameters ?? [];
    held = gradients.flatMap((gradient, i) => {
      if (gradient === null) return [];
      const name = names.get(updated[i] as Variable) ?? `parameter ${i}`;
      return copies([gradient]).map((tensor) => ({ kind: "gradient" as const, name, tensor }));
    });
  };

  return {
    start() {
      wanted = false;
      if (optimizer !== undefined) remove = optimizer.registerGradientHook(holdAll);
    },

    hold() {
      wanted = true;
      if (model?.namedModules === undefined) return;
      dispose(before.map(({ tensor }) => tensor));
      before = parameters().map((each) => ({ ...each, tensor: keep(clone(each.tensor)) }));
      activations.start(model.namedModules());
    },

    holdsGradients: () => held.length > 0,

    async find(suspicious) {
      try {
        const first = await firstNonFinite([...held, ...parameters()]);
        if (first === null && !suspicious) return { first, activation: null, earlier: false };
        const earlier = (await firstNonFinite(before)) !== null;
        const activation = earlier ? null : await activations.find();
        return { first, activation, earlier };
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
