import { afterEach, expect, test } from "vitest";
import { TrainingWorker, type TrainingWorkerOptions } from "../index.ts";

const workers: Worker[] = [];
afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate();
});

function open(options: TrainingWorkerOptions = {}): TrainingWorker<object, number> {
  const worker = new Worker(new URL("./served-in-browser.ts", import.meta.url), { type: "module" });
  workers.push(worker);
  return new TrainingWorker(worker, options);
}

test("a browser's worker trains, pauses within one step, goes on and stops", async () => {
  let last = 0;
  let begun: () => void = () => {};
  const running = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const training = open({
    onProgress: ({ step }) => {
      last = step;
      if (step === 5) begun();
    },
  });
  const result = training.start({ epochs: Number.POSITIVE_INFINITY });
  await running;
  await training.pause();
  const held = last;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(last).toBe(held);
  training.resume();
  await training.pause();
  expect(last - held).toBeLessThanOrEqual(1);
  training.stop();
  expect(await result).toBe(last);
  expect(await training.start({ epochs: 2 })).toBe(6);
});

test("says so when the worker's script fails", async () => {
  const source = URL.createObjectURL(
    new Blob(["throw new Error('no script')"], { type: "text/javascript" }),
  );
  const worker = new Worker(source, { type: "module" });
  workers.push(worker);
  const training = new TrainingWorker<null, null>(worker);
  await expect(training.start(null)).rejects.toThrow(
    /expected a working worker, got one that is not: .*no script/,
  );
});
