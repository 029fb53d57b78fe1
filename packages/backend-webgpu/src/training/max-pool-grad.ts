import { expectShape, poolInfo } from "@kindling/core/kernels";
import {
  type KernelConfig,
  MaxPoolGrad,
  type MaxPoolGradAttrs,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import { allocate, defineFloatKernel, sizeOf, zeros } from "../kernels/kernel.ts";
import { dispatch, elementwise, groupsFor } from "./recorder.ts";

// A thread a pixel: it takes the gradients of the windows whose maximum it is. So each value is written once,
// and the windows' maxima are found anew: for windows that do not overlap that is one look at each pixel's own.
const CODE = elementwise(`
  let at = i32(i);
  let channel = at % u.c;
  let column = (at / u.c) % u.w;
  let row = (at / u.c / u.w) % u.h;
  let image = at / (u.c * u.w * u.h);
  let firstY = max(0, (row + u.top - u.kh + u.strideH) / u.strideH);
  let firstX = max(0, (column + u.left - u.kw + u.strideW) / u.strideW);
  let lastY = min(u.oh - 1, (row + u.top) / u.strideH);
  let lastX = min(u.ow - 1, (column + u.left) / u.strideW);
  var total = 0.0;
  for (var y = firstY; y <= lastY; y++) {
    for (var z = firstX; z <= lastX; z++) {
      if (winner(image, y * u.strideH - u.top, z * u.strideW - u.left, channel) == at) {
        total += dy[((image * u.oh + y) * u.ow + z) * u.c + channel];
      }
    }
  }
  dx[i] = total;`);

// As in PyTorch the first of equal values wins, and a NaN replaces whatever was found before it.
const WINNER = `
fn isNan(value: f32) -> bool { return (bitcast<u32>(value) & 0x7fffffffu) > 0x7f800000u; }

fn winner(image: i32, top: i32, left: i32, channel: i32) -> i32 {
  var place = -1;
  var best = 0.0;
  for (var y = max(0, top); y < min(u.h, top + u.kh); y++) {
    for (var z = max(0, left); z < min(u.w, left + u.kw); z++) {
      let at = ((image * u.h + y) * u.w + z) * u.c + channel;
      let value = x[at];
      if (place < 0 || isNan(value) || (!isNan(best) && value > best)) {
        best = value;
        place = at;
      }
    }
  }
  return place;
}
`;

/** The gradient of max pooling: each window's goes to the place of its maximum, and tfjs's to its last. */
export const maxPoolGrad: KernelConfig = defineFloatKernel<
  { dy: TensorInfo; input: TensorInfo },
  MaxPoolGradAttrs
>(MaxPoolGrad, ({ inputs: { dy, input }, attrs, backend }) => {
  const { shape } = input;
  const info = poolInfo(MaxPoolGrad, input, attrs);
  expectShape(MaxPoolGrad, info.outShape, dy);
  if (shape.includes(0)) return allocate(backend, shape);
  if (sizeOf(dy) === 0) return zeros(backend, shape);
  const dx = allocate(backend, shape);
  dispatch(backend, {
    label: MaxPoolGrad,
    code: WINNER + CODE,
    reads: { dy, x: input },
    writes: { dx },
    uniforms: {
      size: ["u32", sizeOf(dx)],
      h: ["i32", info.inHeight],
      w: ["i32", info.inWidth],
      c: ["i32", info.inChannels],
      oh: ["i32", info.outHeight],
      ow: ["i32", info.outWidth],
      kh: ["i32", info.filterHeight],
      kw: ["i32", info.filterWidth],
      strideH: ["i32", info.strideHeight],
      strideW: ["i32", info.strideWidth],
      top: ["i32", info.padInfo.top],
      left: ["i32", info.padInfo.left],
    },
    workgroups: groupsFor(sizeOf(dx)),
  });
  return dx;
});
