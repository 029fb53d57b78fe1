// WGSL of batch normalization: a workgroup a channel goes over the rows twice, for the mean and then for the
// squares of the differences from it, since a difference of two large sums has few digits left.

import { workgroupTotal } from "./workgroup-total.ts";

/** Threads for a channel. */
export const CHANNEL_THREADS = 256;

const channelwise = (body: string): string => `${workgroupTotal(CHANNEL_THREADS)}
@compute @workgroup_size(${CHANNEL_THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) local: u32) {
  let channel = group.y * groups.x + group.x;
  if (channel >= u.channels) { return; }
${body}
}`;

/** `mean` and the biased `variance` of each channel of `x`. */
export const STATISTICS: string = channelwise(`
  var sum = 0.0;
  for (var i = local * u.channels + channel; i < u.size; i += ${CHANNEL_THREADS}u * u.channels) {
    sum += x[i];
  }
  let center = total(local, sum) / u.rows;
  sum = 0.0;
  for (var i = local * u.channels + channel; i < u.size; i += ${CHANNEL_THREADS}u * u.channels) {
    let difference = x[i] - center;
    sum += difference * difference;
  }
  let squares = total(local, sum) / u.rows;
  if (local == 0u) {
    mean[channel] = center;
    variance[channel] = squares;
  }`);

/** `y[i]`. */
export const NORMALIZE = `
  let channel = i % u.channels;
  let scale = gamma[channel] / sqrt(variance[channel] + u.eps);
  y[i] = (x[i] - mean[channel]) * scale + beta[channel];`;

/** The gradients of `gamma` and `beta`. */
export const AFFINE_GRADIENT: string = channelwise(`
  let center = mean[channel];
  let scale = 1.0 / sqrt(variance[channel] + u.eps);
  var sum = 0.0;
  var product = 0.0;
  for (var i = local * u.channels + channel; i < u.size; i += ${CHANNEL_THREADS}u * u.channels) {
    sum += dy[i];
    product += dy[i] * (x[i] - center) * scale;
  }
  let shift = total(local, sum);
  let slope = total(local, product);
  if (local == 0u) {
    dbeta[channel] = shift;
    dgamma[channel] = slope;
  }`);

/** `dx[i]`, from the gradients of `gamma` and `beta`. */
export const INPUT_GRADIENT = `
  let channel = i % u.channels;
  let scale = 1.0 / sqrt(variance[channel] + u.eps);
  let normal = (x[i] - mean[channel]) * scale;
  let rest = dy[i] - (dbeta[channel] + normal * dgamma[channel]) / u.rows;
  dx[i] = gamma[channel] * scale * rest;`;
