import { defaultGenerator } from "@kindling/core";
import { TensorDataset } from "@kindling/datasets";

const CLASSES = 3;

/** Points on three spiral arms, with some noise: `[n, 2]`, and the arm that each is on, `[n]`. */
export function spirals(pointsPerArm = 200) {
  const n = CLASSES * pointsPerArm;
  const noise = defaultGenerator.normal(n, 0, 0.2);
  const points = new Float32Array(2 * n);
  const arms = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const arm = i % CLASSES;
    const radius = i / n; // 0..1
    const angle = 4 * radius + (2 * Math.PI * arm) / CLASSES + (noise[i] ?? 0);
    points.set([radius * Math.sin(angle), radius * Math.cos(angle)], 2 * i);
    arms[i] = arm;
  }
  return new TensorDataset({ shape: [n, 2], data: points }, arms);
}
