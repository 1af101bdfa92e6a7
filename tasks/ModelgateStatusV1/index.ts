/** ModelgateStatus: asks the program which version of a model is in a stage. */
import { writeFileSync } from "node:fs";
import * as tl from "azure-pipelines-task-lib/task";
import { path } from "../common/inputs";
import { at, parsed, textAt } from "../common/json";
import { say } from "../common/log";
import { fail, main, succeed, trouble } from "../common/outcome";
import { find, run } from "../common/program";

// Output variables by the names of `status --json`.
const OUTPUTS = { version: "version", commit: "commit", tag: "tag", age: "age" };

main(async () => {
	const program = find();
	const model = tl.getInputRequired("model");
	const stage = tl.getInputRequired("stage");
	const folder = path("repository");
	const answer = await run(program, ["status", "--json", "--", model], {
		capture: true,
		...(folder ? { folder } : {}),
	});
	const file = path("outputFile");
	if (file && answer.status === 0) {
		writeFileSync(file, answer.out);
	}
	const said = parsed(answer.out);
	const standing = at(said, model, "stage", stage);
	for (const [name, key] of Object.entries(OUTPUTS)) {
		tl.setVariable(name, textAt(standing, key), false, true);
	}
	const version = textAt(standing, "version");
	if (answer.stoppedBy || answer.status !== 0) {
		fail(trouble(answer, `The state of ${model} is not as it should be`));
	} else if (said === undefined) {
		fail("modelgate ended well and its answer is no JSON: nothing may rely on it.");
	} else if (version) {
		say(`${model} ${stage}: ${version}`);
		succeed(`${model} ${version} is in ${stage}.`);
	} else if (tl.getBoolInput("required")) {
		fail(`No version of ${model} is in ${stage}.`);
	} else {
		succeed(`No version of ${model} is in ${stage}.`);
	}
});
