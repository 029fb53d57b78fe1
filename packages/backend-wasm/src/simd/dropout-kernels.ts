/** Dropout with the mask of core's `Generator.uniform`: an element stays where its draw is >= p. */
export interface DropoutKernels {
  /**
   * y = x · scale where kept, else x · 0, for `size` floats; `y` may be `x`. `words` is the state of
   * mt19937: 624 uint32, which are updated, and `index` the next one, 0 to 624. `mask`: 0, or `size` bytes
   * that become 1 where kept. Without a mask, the same call on dy with a copy of the words and the index
   * from before is the gradient.
   *
   * @returns the new index.
   */
  dropout(
    words: number,
    index: number,
    x: number,
    y: number,
    mask: number,
    size: number,
    p: number,
    scale: number,
  ): number;
  /** dx = dy · scale where the mask's byte is not 0, else dy · 0. */
  dropoutGrad(dy: number, mask: number, dx: number, size: number, scale: number): void;
}
