// The children's side of the protocol: a line {model, batch, steps} in, a line {ms} out.
import { createInterface } from "node:readline";

/**
 * Answers requests to train, one at a time.
 *
 * @param {(model: string, batch: number) => Promise<() => Promise<void>>} prepare - makes a model and a
 *   batch of noise; returns a function that takes one training step and waits for its end.
 */
export async function serve(prepare) {
  const steppers = new Map();
  console.log(JSON.stringify({ ready: true }));
  for await (const line of createInterface({ input: process.stdin })) {
    const { model, batch, steps } = JSON.parse(line);
    const key = `${model} ${batch}`;
    try {
      if (!steppers.has(key)) steppers.set(key, await prepare(model, batch));
      const step = steppers.get(key);
      const start = performance.now();
      for (let i = 0; i < steps; i++) await step();
      console.log(JSON.stringify({ ms: (performance.now() - start) / steps }));
    } catch (error) {
      console.log(JSON.stringify({ error: String(error.message ?? error).split("\n")[0] }));
    }
  }
}
