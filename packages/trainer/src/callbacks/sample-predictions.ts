import type { Tensor } from "@tensorflow/tfjs-core";
import type { Callback } from "../callback.ts";
import { owned } from "../clone-tensors.ts";
import type { TrainableModel } from "../interfaces.ts";
import { inEvaluationMode } from "../measure.ts";
import { checkCount } from "./option-checks.ts";

/** A tensor in ordinary memory, row-major. */
export interface HostArray {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** The values; bytes for booleans. */
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** What the model makes of the samples after an epoch. */
export interface SamplePredictions {
  /** Counted from 1. */
  readonly epoch: number;
  /** `[n, …]` each, the n samples in the order given. */
  readonly inputs: HostArray;
  /** `[n, …]`, what the model gives for them in evaluation mode. */
  readonly outputs: HostArray;
  /** As they were given; null when there are none. */
  readonly targets: HostArray | null;
}

/** What {@link samplePredictions} shows, when, and to whom. */
export interface SamplePredictionsOptions<Input extends Tensor> {
  /** The samples, as a batch of the model's input. Stay the caller's, who disposes them after the run. */
  inputs: Input;
  /** `[n, …]`, what the model should say of them, handed on to the sink. @defaultValue none */
  targets?: Tensor;
  /** Epochs between two looks, from 1. @defaultValue 1 */
  every?: number;
  /** Gets each look; waited for. */
  sink: (predictions: SamplePredictions) => void | Promise<void>;
}

/**
 * Shows what the model makes of the same few samples as it learns: after every so many epochs, in
 * evaluation mode, and in ordinary memory to print, draw or save.
 *
 * @param model - gives an output `[n, …]` for the n samples.
 * @throws {ArgumentError} when `every` is not an integer from 1.
 *
 * @example
 * ```ts
 * const sink = ({ epoch, outputs }: SamplePredictions) => draw(epoch, outputs.shape, outputs.data);
 * const samples = samplePredictions(model, { inputs: images, targets: labels, every: 5, sink });
 * await new Trainer({ model, loss, optimizer, callbacks: [samples] }).fit(loader, { epochs: 5 });
 * ```
 */
export function samplePredictions<Input extends Tensor>(
  model: TrainableModel<Input, Tensor>,
  { inputs, targets, every = 1, sink }: SamplePredictionsOptions<Input>,
): Callback {
  checkCount("samplePredictions", "every", every);

  return {
    name: "samplePredictions",

    async onEpochEnd({ epoch }) {
      if (epoch % every !== 0) return;
      await inEvaluationMode(model, async () => {
        const outputs = owned(() => model.forward(inputs));
        try {
          await sink({
            epoch,
            inputs: await read(inputs),
            outputs: await read(outputs),
            targets: targets === undefined ? null : await read(targets),
          });
        } finally {
          outputs.dispose();
        }
      });
    },
  };
}

async function read(tensor: Tensor): Promise<HostArray> {
  // A copy: some backends give what they compute with.
  return { shape: tensor.shape.slice(), data: (await tensor.data()).slice() };
}
