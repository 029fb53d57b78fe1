// The cells of a window that lie in the image, along one axis: cells firstCell to lastCell − 1 of `size`,
// where cell k is at place start + k · dilation.

// @ts-ignore: decorator
@inline
export function firstCell(start: i32, dilation: i32): i32 {
  return start < 0 ? (dilation - 1 - start) / dilation : 0;
}

// @ts-ignore: decorator
@inline
export function lastCell(start: i32, dilation: i32, size: i32, length: i32): i32 {
  const room = length - start;
  if (room <= 0) return 0;
  // Without dilation, no division a window.
  return min(size, dilation == 1 ? room : (room + dilation - 1) / dilation);
}

/** Whether unpadded windows are 2×2 with stride 2, inside the image. */
// @ts-ignore: decorator
@inline
export function isHalving(
  h: i32, w: i32, oh: i32, ow: i32, kh: i32, kw: i32, strideH: i32, strideW: i32,
): bool {
  return (
    kh == 2 && kw == 2 && strideH == 2 && strideW == 2 && 2 * oh <= h && 2 * ow <= w
  );
}
