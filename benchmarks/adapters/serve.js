// The adapters' side of the protocol, a JSON object a line: {ready, about} when it can start; then
// {task, repeats, ...details} in, and {ms, ...what the task returned} or {error} out.
import { createInterface } from "node:readline";

/**
 * Answers requests, one at a time.
 *
 * @param tasks - makes a task ready, by its name; the function it returns does it once and waits for its end.
 * @param about - versions, for the report.
 */
export async function serve(tasks, about) {
  let current = "";
  let run;
  console.log(JSON.stringify({ ready: true, about }));
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      const { task, repeats, ...details } = JSON.parse(line);
      const key = JSON.stringify([task, details]);
      if (key !== current) {
        if (tasks[task] === undefined) throw new Error(`has no task ${task}`);
        run = await tasks[task](details);
        current = key;
      }
      let result;
      const start = performance.now();
      for (let i = 0; i < repeats; i++) {
        const pending = run();
        // Waiting costs microseconds, as much as a small kernel.
        result = pending instanceof Promise ? await pending : pending;
      }
      const ms = (performance.now() - start) / repeats;
      console.log(JSON.stringify({ ms, ...result }));
    } catch (error) {
      console.log(JSON.stringify({ error: String(error.message ?? error).split("\n")[0] }));
    }
  }
}
