import { batchSize } from "./batch-size.ts";
import { owned } from "./clone-tensors.ts";
import type { Batches, TrainableModel } from "./interfaces.ts";
import { MeanLoss } from "./mean-loss.ts";
import { type PacedOptions, paced } from "./paced.ts";
import type { Parts } from "./parts.ts";

/** One pass over a loader without training: the mean loss and the metrics, in evaluation mode. */
export async function measure<Input, Output, Target, Batch>(
  { model, loss, metrics, unpack }: Parts<Input, Output, Target, Batch>,
  loader: Batches<Batch>,
  phase: "fit" | "evaluate",
  options: PacedOptions,
): Promise<Record<string, number>> {
  const mean = new MeanLoss();
  metrics.start(phase);
  try {
    return await inEvaluationMode(model, async () => {
      for await (const data of paced(loader, options)) {
        const [input, target] = unpack(data);
        const value = owned(() => {
          const output = model.forward(input);
          metrics.update(output, target);
          return loss.forward(output, target);
        });
        try {
          mean.add(value, batchSize(input, target));
        } finally {
          value.dispose();
        }
      }
      return { loss: await mean.compute(), ...(await metrics.compute()) };
    });
  } finally {
    metrics.end();
    mean.dispose();
  }
}

/** Runs `body` with the model in evaluation mode and puts it back in the mode it was in. */
export async function inEvaluationMode<Input, Output, T>(
  model: TrainableModel<Input, Output>,
  body: () => Promise<T>,
): Promise<T> {
  const { training } = model;
  model.eval();
  try {
    return await body();
  } finally {
    if (training) model.train();
  }
}
