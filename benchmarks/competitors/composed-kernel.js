// The weight gradient that tfjs's wasm backend lacks, composed from kernels that it has: what a tfjs user can do
// to train a CNN there (docs/tfjs-facts.md, 1d).
import * as tf from "@tensorflow/tfjs-core";

export function registerComposedKernel() {
  tf.registerKernel({
    kernelName: "Conv2DBackpropFilter",
    backendName: "wasm",
    kernelFunc: ({ inputs: { x, dy }, attrs: { strides, pad, filterShape } }) =>
      tf.tidy(() => {
        const [height, width, inputs, outputs] = filterShape;
        const { padInfo } = tf.backend_util.computeConv2DInfo(
          x.shape,
          filterShape,
          strides,
          1,
          pad,
        );
        const { top, bottom, left, right } = padInfo;
        const none = [0, 0];
        const padded = tf.pad(x, [none, [top, bottom], [left, right], none]);
        const images = tf.transpose(padded, [3, 1, 2, 0]); // [in, h, w, n]
        const filter = tf.transpose(dy, [1, 2, 0, 3]); // [oh, ow, n, out]
        const whole = tf.conv2d(images, filter, 1, "valid", "NHWC", strides);
        const taps = tf.slice(whole, [0, 0, 0, 0], [inputs, height, width, outputs]);
        return tf.transpose(taps, [1, 2, 0, 3]);
      }),
  });
}
