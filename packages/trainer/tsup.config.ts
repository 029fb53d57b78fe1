import { library } from "../../config/tsup.ts";

export default library({
  index: "src/index.ts",
  checkpoint: "src/checkpoint/index.ts",
  node: "src/node/index.ts",
});
