import { ArgumentError } from "@kindling/core";
import {
  add,
  cast,
  dispose,
  div,
  keep,
  mul,
  scalar,
  sub,
  type Tensor,
  tidy,
  type Variable,
} from "@tensorflow/tfjs-core";
import {
  assignAll,
  copies,
  fromHost,
  type HostTensors,
  type ModelWeights,
  toHost,
  weightsOf,
} from "./callbacks/weights.ts";

/** A model that can be averaged: a `Module`, or anything with these. */
export interface AveragedModel extends ModelWeights {
  /** Its output for a batch. */
  readonly forward: (...inputs: never) => unknown;
  /** Switches to training mode. */
  readonly train: () => unknown;
  /** Switches to evaluation mode. */
  readonly eval: () => unknown;
  /** True in training mode. */
  readonly training: boolean;
}

/** The averaged model, as a trainer takes it: evaluation mode uses the average, training mode does not. */
export type AveragedView<M extends AveragedModel> = Pick<
  M,
  "forward" | "train" | "eval" | "training"
>;

/** How {@link AveragedWeights} averages. */
export interface AveragedWeightsOptions {
  /**
   * The share of the old average that stays at an update, from 0 to 1, for an exponential moving
   * average. @defaultValue null, all updates weigh the same
   */
  decay?: number | null;
  /** Average the buffers (running statistics) too; else the model's own are used. @defaultValue `false` */
  useBuffers?: boolean;
}

/** What {@link AveragedWeights} holds. */
export interface AveragedWeightsState {
  /** Updates so far. */
  readonly count: number;
  /** The averages, in the order of the model's parameters, then buffers where they are averaged; none before the first update. */
  readonly weights: HostTensors;
}

/**
 * The average of a model's weights over training, as `torch.optim.swa_utils.AveragedModel`: with a
 * `decay` that of `get_ema_multi_avg_fn(decay)`, else the mean. The first update copies the weights.
 *
 * For loops of one's own; in `fit` the callbacks `ema` and `swa` do this. An update reads nothing from the device.
 *
 * @throws {ArgumentError} when `decay` is not from 0 to 1.
 *
 * @example
 * ```ts
 * const average = new AveragedWeights(model, { decay: 0.999 });
 * average.update(); // after each step
 * average.apply(); // the model has the averaged weights …
 * average.applied; // => true
 * average.undo(); // … and its own again
 * average.dispose();
 * ```
 */
export class AveragedWeights {
  readonly #model: ModelWeights;
  readonly #decay: number | null;
  readonly #useBuffers: boolean;
  #count = 0;
  #averages: Tensor[] = [];
  /** The model's own weights, while it has the averaged ones. */
  #own: Tensor[] | null = null;

  constructor(
    model: ModelWeights,
    { decay = null, useBuffers = false }: AveragedWeightsOptions = {},
  ) {
    if (decay !== null && !(decay >= 0 && decay <= 1)) {
      throw new ArgumentError(`AveragedWeights: expected decay from 0 to 1, got ${decay}`);
    }
    this.#model = model;
    this.#decay = decay;
    this.#useBuffers = useBuffers;
  }

  /** Updates since the start. */
  get count(): number {
    return this.#count;
  }

  /** True between `apply` and `undo`. */
  get applied(): boolean {
    return this.#own !== null;
  }

  /** Takes the model's weights into the average. @throws {ArgumentError} while the average is applied. */
  update(): void {
    if (this.applied) {
      throw new ArgumentError(
        "AveragedWeights.update: expected the model to have its own weights, got the averaged ones; call undo() first",
      );
    }
    const current = this.#variables();
    const old = this.#averages;
    this.#averages = this.#count === 0 ? copies(current) : this.#combined(old, current);
    dispose(old);
    this.#count++;
  }

  /** Gives the model the averaged weights; nothing happens before the first update. */
  apply(): void {
    if (this.applied || this.#count === 0) return;
    const variables = this.#variables();
    this.#own = copies(variables);
    assignAll(variables, this.#averages);
  }

  /** Gives the model its own weights back. */
  undo(): void {
    if (this.#own === null) return;
    assignAll(this.#variables(), this.#own);
    dispose(this.#own);
    this.#own = null;
  }

  /** A copy in ordinary memory that {@link AveragedWeights.restore} continues from. */
  async state(): Promise<AveragedWeightsState> {
    const count = this.#count;
    return { count, weights: await toHost(this.#averages) };
  }

  /** @throws {ArgumentError} when the state is of another model; nothing is changed then. */
  restore({ count, weights }: AveragedWeightsState): void {
    const like = count === 0 ? [] : this.#variables();
    const averages = fromHost("AveragedWeights.restore", weights, like);
    this.dispose();
    this.#averages = averages;
    this.#count = count;
  }

  /** Forgets the average and frees it; a model that has it applied keeps it. */
  dispose(): void {
    dispose(this.#averages);
    dispose(this.#own ?? []);
    this.#averages = [];
    this.#own = null;
    this.#count = 0;
  }

  #variables(): readonly Variable[] {
    return this.#useBuffers ? weightsOf(this.#model) : this.#model.parameters();
  }

  #combined(old: readonly Tensor[], current: readonly Tensor[]): Tensor[] {
    return tidy(() => {
      const combine =
        this.#decay === null ? towardsMean(this.#count + 1) : movingAverage(this.#decay);
      return old.map((average, i) => keep(combine(average, current[i] as Tensor)));
    });
  }
}

/** A model whose evaluation mode uses the average. The optional `beforeEval` is called before it is put to use. */
export function viewOf<M extends AveragedModel>(
  model: M,
  average: AveragedWeights,
  beforeEval: () => void = () => {},
): AveragedView<M> {
  return {
    forward: model.forward.bind(model) as M["forward"],
    train() {
      average.undo();
      return model.train();
    },
    eval() {
      beforeEval();
      average.apply();
      return model.eval();
    },
    get training() {
      return model.training;
    },
  };
}

type Combine = (average: Tensor, current: Tensor) => Tensor;

// Numbers are uploaded once: as operands they would be an upload for each weight. Integers are averaged in
// floats and then cut, as in torch.

/** torch's `get_swa_avg_fn`. */
function towardsMean(count: number): Combine {
  const divisor = scalar(count);
  return (average, current) => {
    const from = cast(average, "float32");
    const mean = add(from, div(sub(cast(current, "float32"), from), divisor));
    return cast(mean, average.dtype);
  };
}

/** torch's `get_ema_multi_avg_fn`: its `lerp` goes from the nearer end. */
function movingAverage(decay: number): Combine {
  const kept = scalar(decay);
  const taken = scalar(1 - decay);
  return (average, current) => {
    if (average.dtype === "int32") {
      const [old, now] = [cast(average, "float32"), cast(current, "float32")];
      return cast(add(mul(old, kept), mul(now, taken)), "int32");
    }
    const way = sub(current, average);
    return 1 - decay < 0.5 ? add(average, mul(way, taken)) : sub(current, mul(way, kept));
  };
}
