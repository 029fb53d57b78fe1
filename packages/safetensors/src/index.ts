export { type Float32OrInt32, toFloat32, toInt32, toStateDict } from "./convert.ts";
export { decodeSafetensors, type Safetensors } from "./decode.ts";
export type { SafetensorsArrays, SafetensorsDtype } from "./dtypes.ts";
export { encodeSafetensors } from "./encode.ts";
export type { SafetensorsTensor, WritableTensor } from "./tensor.ts";
