// Compiles index.ts twice, with and without fused multiply-add, and writes each binary as a module that
// holds it in base64: found the same way in Node, in a bundle and from a CDN.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const OUTPUT = new URL("../src/simd/generated/", import.meta.url);
const FLAGS = [
  "index.ts",
  "-O3",
  "--converge",
  "--noAssert",
  "--runtime=stub",
  "--importMemory",
  // As large as a memory can be: the import then fits one of any size, and is shared by flipping one bit.
  "--maximumMemory=65536",
  "--use=abort=",
  "--enable=simd",
  "--outFile=module.wasm",
];
const BUILDS = [
  { name: "simd", flags: [] },
  { name: "relaxed-simd", flags: ["--enable=relaxed-simd"] },
];

await mkdir(OUTPUT, { recursive: true });
for (const { name, flags } of BUILDS) {
  let binary;
  const { error, stderr } = await asc.main(
    [...FLAGS, ...flags, `--baseDir=${fileURLToPath(new URL(".", import.meta.url))}`],
    {
      writeFile(_, contents) {
        binary = Buffer.from(contents);
      },
    },
  );
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
  const code = `/** ${binary.length} bytes of WebAssembly, base64. Made by assembly/build.js. */\nexport default "${binary.toString("base64")}" as string;\n`;
  await writeFile(new URL(`${name}.ts`, OUTPUT), code);
  console.log(`${name}: ${binary.length} bytes`);
}
