import { library } from "../../config/tsup.ts";

export default library({ node: "src/node/index.ts", browser: "src/browser/index.ts" });
