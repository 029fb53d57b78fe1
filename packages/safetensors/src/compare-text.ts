/**
 * Orders texts by code points, which is the order of their UTF-8 bytes. `<` orders by UTF-16 units, and
 * puts "😀" before "\uff5e".
 */
export function compareText(a: string, b: string): number {
  for (let at = 0; ; at++) {
    const x = a.codePointAt(at);
    const y = b.codePointAt(at);
    if (x === undefined || y === undefined) return a.length - b.length;
    if (x !== y) return x - y;
  }
}
