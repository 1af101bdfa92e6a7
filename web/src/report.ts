/** The page of one run. It is whole without this script, which adds pictures, search and details. */
import { readRun } from "./data/run";
import { bringToLife } from "./pages/run";

const run = readRun(document);
if (run) bringToLife(run);
