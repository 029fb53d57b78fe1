/** WGSL: `total(local, value)`, the sum over a workgroup, which every thread of it must call and is given. */
export function workgroupTotal(threads: number): string {
  return `
var<workgroup> lanes: array<f32, ${threads}>;

fn total(local: u32, value: f32) -> f32 {
  lanes[local] = value;
  workgroupBarrier();
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    if (local < half) { lanes[local] += lanes[local + half]; }
    workgroupBarrier();
  }
  let result = lanes[0];
  workgroupBarrier();
  return result;
}
`;
}
