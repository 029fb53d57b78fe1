import { TrainingWorker } from "@kindling/trainer";
import type { Result, Settings } from "./messages.ts";

const button = element("again", HTMLButtonElement);
const curve = element("curve", SVGPolylineElement);
const line = element("line", HTMLOutputElement);

const losses: number[] = [];
const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
const training = new TrainingWorker<Settings, Result>(worker, {
  onProgress({ epoch, epochs, loss }) {
    losses.push(loss);
    line.value = `epoch ${epoch} of ${epochs}, loss ${loss.toFixed(4)}`;
    curve.setAttribute("points", points());
  },
});

async function run(): Promise<void> {
  button.disabled = true;
  losses.length = 0;
  try {
    const { accuracy, backend } = await training.start({ epochs: 100 });
    line.value = `${(100 * accuracy).toFixed(1)} % of the test points are right, on ${backend}`;
  } catch (error) {
    line.value = String(error);
  }
  button.disabled = false;
}

/** The losses so far, over the whole width; the highest near the top. */
function points(): string {
  const highest = Math.max(...losses);
  const width = Math.max(1, losses.length - 1);
  return losses.map((loss, i) => `${(100 * i) / width},${40 - (38 * loss) / highest}`).join(" ");
}

function element<Type extends Element>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id) as Element | null;
  if (!(found instanceof type)) throw new Error(`index.html has no #${id}`);
  return found;
}

button.addEventListener("click", run);
run();
