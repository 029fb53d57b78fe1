// jax-js on its wasm backend: the same networks with Adam, forward, gradient and update under jit.
import { readFileSync } from "node:fs";
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
} from "@jax-js/jax";
import { serve } from "../adapters/serve.js";

const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));

await init("wasm");
defaultDevice("wasm");

const SHAPES = {
  reference: [[8, 1, 3, 3], [8], [16, 8, 3, 3], [16], [32, 16, 3, 3], [32], [1568, 10], [10]],
  larger: [[32, 1, 3, 3], [32], [64, 32, 3, 3], [64], [3136, 128], [128], [128, 10], [10]],
};

// Arrays are consumed by the ops that use them; .ref keeps one for another use.
const conv = (x, w, b) =>
  nn.relu(lax.convGeneralDilated(x, w, [1, 1], "SAME").add(b.reshape([1, -1, 1, 1])));
const pool = (x) => {
  const [n, c, h, w] = x.shape;
  return np.max(x.reshape([n, c, h / 2, 2, w / 2, 2]), [3, 5]);
};
const FORWARD = {
  reference: ([w1, b1, w2, b2, w3, b3, w, b], x) => {
    const y = conv(pool(conv(pool(conv(x, w1, b1)), w2, b2)), w3, b3);
    return np.matmul(y.reshape([y.shape[0], -1]), w).add(b);
  },
  larger: ([w1, b1, w2, b2, w3, b3, w, b], x) => {
    const y = pool(conv(pool(conv(x, w1, b1)), w2, b2));
    return np.matmul(nn.relu(np.matmul(y.reshape([y.shape[0], -1]), w3).add(b3)), w).add(b);
  },
};

async function step({ model: name, batch }) {
  let key = random.key(0);
  let keys;
  const draw = (shape, scale) => {
    [keys, key] = [key, undefined];
    const pair = random.split(keys, 2);
    key = pair.ref.slice(0);
    return random.uniform(pair.slice(1), shape).sub(0.5).mul(scale);
  };
  let parameters = SHAPES[name].map((shape) => draw(shape, 0.1));
  let m = SHAPES[name].map((shape) => np.zeros(shape));
  let v = SHAPES[name].map((shape) => np.zeros(shape));
  const images = draw([batch, 1, 28, 28], 1);
  const labels = np
    .eye(10)
    .slice(np.array(Array.from({ length: batch }, (_, i) => i % 10)).astype(np.int32));
  let t = 0;

  const lossOf = (p, x, y) => np.mean(np.sum(nn.logSoftmax(FORWARD[name](p, x)).mul(y), 1)).mul(-1);
  const update = jit((p, m1, v1, x, y, c1, c2) => {
    const [loss, g] = valueAndGrad(lossOf)(tree.ref(p), x, y);
    const nextM = m1.map((a, i) => a.mul(0.9).add(g[i].ref.mul(0.1)));
    const nextV = v1.map((a, i) => a.mul(0.999).add(np.square(g[i]).mul(0.001)));
    const next = p.map((w, i) =>
      w.sub(nextM[i].ref.mul(c1.ref).div(np.sqrt(nextV[i].ref.mul(c2.ref)).add(1e-8))),
    );
    c1.dispose?.();
    c2.dispose?.();
    return [loss, next, nextM, nextV];
  });

  return async () => {
    t++;
    let loss;
    [loss, parameters, m, v] = update(
      parameters,
      m,
      v,
      images.ref,
      labels.ref,
      np.array(1e-3 / (1 - 0.9 ** t)),
      np.array(1 / (1 - 0.999 ** t)),
    );
    await blockUntilReady(parameters);
    await loss.data();
  };
}

await serve({ step }, { "jax-js": dependencies["@jax-js/jax"], node: process.version });
