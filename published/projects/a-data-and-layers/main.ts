import { DataLoader, TensorDataset } from "@kindling/datasets";
import { Linear, relu, Sequential } from "@kindling/layers";
import "@tensorflow/tfjs-backend-cpu";
import { tidy } from "@tensorflow/tfjs-core";

const points = { shape: [4, 2], data: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1) } as const;
const dataset = new TensorDataset(points, Int32Array.of(0, 1, 1, 0));
const loader = new DataLoader(dataset, { batchSize: 2, shuffle: true });
const model = new Sequential(new Linear(2, 8), new Linear(8, 2));

let rows = 0;
for await (const [x, y] of loader) {
  const output = tidy(() => relu(model.forward(x)));
  rows += output.shape[0];
  if (output.shape[1] !== 2 || y.shape[0] !== x.shape[0]) throw new Error("wrong shapes");
  output.dispose();
}
console.log(String(model));
console.log(`${rows} rows`);
