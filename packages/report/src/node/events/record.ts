import crc32c from "crc-32/crc32c.js";

/**
 * A TFRecord: the length (uint64) and its checksum, the data and its checksum, all little-endian
 * (tensorflow/core/lib/io/record_writer.h).
 */
export function encodeRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(12 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setUint32(0, data.length, true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedChecksum(data), true);
  return record;
}

/** CRC-32C, rotated and shifted so that data with checksums in it does not check itself (crc32c.h). */
function maskedChecksum(data: Uint8Array): number {
  const checksum = crc32c.buf(data);
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}
