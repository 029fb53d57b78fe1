export { checkPrograms, type Program } from "./check-programs.ts";
export { type PageProgram, pagePrograms } from "./page-programs.ts";
export { type Block, readBlocks } from "./read-blocks.ts";
export { type RunOptions, type RunResult, runProgram } from "./run-program.ts";
