// For training-worker.browser.ts, which runs it in a worker of the browser's.
import "@tensorflow/tfjs-backend-cpu";
import { Descent, LinearModel, Rows, SquaredError } from "../fakes.ts";
import { type Callback, serveTraining, Trainer } from "../index.ts";

serveTraining<{ readonly epochs: number }, number>(
  self,
  async ({ options, callback }) => {
    const model = new LinearModel();
    let steps = 0;
    const count: Callback = {
      name: "count",
      onBatchEnd({ step }) {
        steps = step;
      },
    };
    await new Trainer({
      model,
      loss: new SquaredError(),
      optimizer: new Descent(model.weight),
      callbacks: [count, callback],
    }).fit(new Rows(2, 2, 2), options);
    model.dispose();
    return steps;
  },
  { reportMs: 0 },
);
