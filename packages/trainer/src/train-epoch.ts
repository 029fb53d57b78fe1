import { ArgumentError } from "@kindling/core";
import type { Scalar } from "@tensorflow/tfjs-core";
import { batchSize } from "./batch-size.ts";
import { disposeTensors, keepClone } from "./clone-tensors.ts";
import type { Batches, Stepper } from "./interfaces.ts";
import { MeanLoss } from "./mean-loss.ts";
import type { PacedOptions } from "./paced.ts";
import { paced } from "./paced.ts";
import type { Parts } from "./parts.ts";
import { checkArrived } from "./progress.ts";
import type { Run } from "./run.ts";

export interface TrainEpochOptions extends PacedOptions {
  readonly epoch: number;
  readonly optimizer: Stepper;
  /** Update the metrics with the outputs that the steps compute anyway. */
  readonly withMetrics: boolean;
}

/**
 * One pass over the training loader, a step a batch.
 *
 * @returns the mean loss and the metrics, or null when the run was stopped before the end.
 */
export async function trainEpoch<Input, Output, Target, Batch>(
  parts: Parts<Input, Output, Target, Batch>,
  loader: Batches<Batch>,
  run: Run,
  options: TrainEpochOptions,
): Promise<Record<string, number> | null> {
  const { model, metrics, unpack } = parts;
  const withMetrics = options.withMetrics && !metrics.isEmpty;
  const { progress } = run;
  const mean = new MeanLoss();
  const gathered = async () => ({
    loss: await mean.state(),
    metrics: withMetrics ? await metrics.state() : {},
  });
  metrics.start("fit");
  try {
    model.train();
    const resumed = await run.startBatches();
    if (resumed !== null) {
      mean.restore(resumed.gathered.loss);
      if (withMetrics) metrics.restore(resumed.gathered.metrics);
    }
    let batch = 0;
    for await (const data of paced(loader, options)) {
      batch++;
      if (resumed !== null && batch <= resumed.batch) {
        if (batch === resumed.batch) resumed.arrive();
        continue;
      }
      const at = { epoch: options.epoch, batch };
      const context = { ...run.context, ...at, step: ++progress.step };
      await run.emit("onBatchStart", context);
      const [input, target] = unpack(data);
      const loss = step(parts, options.optimizer, input, target, withMetrics);
      const reader = lossReader(loss);
      try {
        mean.add(loss, batchSize(input, target));
        await run.emit("onBatchEnd", { ...context, loss: reader });
      } finally {
        loss.dispose();
      }
      await run.offerCheckpoint({ ...at, metrics: null }, options.optimizer, gathered);
      if (!run.stopped) continue;
      // The run's last batch, as Lightning steps at it; after what was saved, which goes on without it.
      options.optimizer.flush?.();
      return null;
    }
    checkArrived(resumed, batch);
    options.optimizer.flush?.();
    return { loss: await mean.compute(), ...(withMetrics ? await metrics.compute() : {}) };
  } catch (error) {
    options.optimizer.discard?.();
    throw error;
  } finally {
    metrics.end();
    mean.dispose();
  }
}

function step<Input, Output, Target, Batch>(
  { model, loss, metrics }: Parts<Input, Output, Target, Batch>,
  optimizer: Stepper,
  input: Input,
  target: Target,
  withMetrics: boolean,
): Scalar {
  // The metrics wait until after the step: inside the closure their ops would be recorded for the
  // backward pass, and an optimizer may run the closure more than once.
  let output: Output | undefined;
  let value: Scalar | undefined;
  try {
    value = optimizer.step(() => {
      const prediction = model.forward(input);
      if (withMetrics) {
        disposeTensors(output);
        output = keepClone(prediction);
      }
      return loss.forward(prediction, target);
    });
    if (withMetrics) metrics.update(output as Output, target);
    return value;
  } catch (error) {
    value?.dispose();
    throw error;
  } finally {
    disposeTensors(output);
  }
}

// One read, shared by every callback that asks.
function lossReader(loss: Scalar): () => Promise<number> {
  let value: Promise<number> | undefined;
  return async () => {
    if (value === undefined && loss.isDisposed) {
      throw new ArgumentError(
        "onBatchEnd: expected loss() to be called before the hook returns, got a later call",
      );
    }
    value ??= loss.data().then(([first]) => first as number);
    return value;
  };
}
