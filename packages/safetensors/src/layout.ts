/** A file starts with the header's length in bytes, a little-endian 64-bit integer. */
export const LENGTH_BYTES = 8;
/** The reference implementation's limit. */
export const MAX_HEADER_BYTES = 100_000_000;
/** Headers are padded with spaces to a multiple of this, so that the values behind are aligned. */
export const ALIGNMENT = 8;
