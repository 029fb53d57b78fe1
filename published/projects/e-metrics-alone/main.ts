import { accuracy, confusionMatrix, f1, softmax } from "@kindling/metrics";
import "@tensorflow/tfjs-backend-cpu";
import { tensor1d, tensor2d } from "@tensorflow/tfjs-core";

const scores = [
  [2, 1, 0],
  [0, 3, 1],
  [1, 0, 2],
  [3, 2, 1],
];
const output = tensor2d(scores);
const labels = tensor1d([0, 1, 2, 1], "int32");
console.log(await accuracy(output, labels).array());
console.log(await confusionMatrix(output, labels, 3).array());
console.log(await f1(output, labels).array());
console.log(
  await softmax(output)
    .array()
    .then((rows) => rows.length),
);
