/** ModelgateRollback: asks the program to put an earlier version back into a stage. */
import * as tl from "azure-pipelines-task-lib/task";
import { option, text } from "../common/inputs";
import { move } from "../common/moved";
import { main } from "../common/outcome";

// Output variables by the names of `rollback --json`.
const OUTPUTS = { outcome: "outcome", tag: "tag", version: "version", commit: "commit", tagId: "id" };

main(async () => {
	const [model, stage] = [tl.getInputRequired("model"), tl.getInputRequired("stage")];
	const words = [
		"rollback",
		...["--model", model, "--stage", stage],
		...option("--to", text("version")),
		...["--reason", tl.getInputRequired("reason")],
	];
	await move(words, OUTPUTS, {
		refused: `${model} may not go back in ${stage}`,
		done: (version) => `${model} ${version} is in ${stage} again`,
		arrives: true,
		dry: (version) => `${model} ${version} would be in ${stage} again`,
	});
});
