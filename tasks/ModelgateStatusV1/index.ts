/** ModelgateStatus: asks the program which version of a model is in a stage. */
import { writeFileSync } from "node:fs";
import * as tl from "azure-pipelines-task-lib/task";
import { path } from "../common/inputs";
import { at, parsed, textAt } from "../common/json";
import { fail, main, succeed, trouble } from "../common/outcome";
import { find, run } from "../common/program";

// Output variables by the names of `status --json`.
const OUTPUTS = {
	version: "version",
	commit: "commit",
	tag: "ref",
	since: "timestamp",
	age: "age_seconds",
	evidence: "evidence_state",
};

/** The answer about all models: one that has no tag yet is then just not in it. */
async function ask(): Promise<{ trouble?: string; said?: unknown }> {
	const folder = path("repository");
	const answer = await run(find(), ["status", "--json", "--deprecated"], {
		capture: true,
		...(folder ? { folder } : {}),
	});
	if (answer.stoppedBy || answer.status !== 0) {
		return { trouble: trouble(answer, "modelgate does not tell the status") };
	}
	const said = parsed(answer.out);
	if (said === undefined) {
		return { trouble: "modelgate ended well and its answer is no JSON: nothing may rely on it." };
	}
	const file = path("outputFile");
	if (file) {
		writeFileSync(file, answer.out);
	}
	return { said };
}

main(async () => {
	const model = tl.getInputRequired("model");
	const stage = tl.getInputRequired("stage");
	const answer = await ask();
	const standing = at(answer.said, model, "standings", stage);
	for (const [name, key] of Object.entries(OUTPUTS)) {
		tl.setVariable(name, textAt(standing, key), false, true);
	}
	const version = textAt(standing, "version");
	if (answer.trouble) {
		fail(answer.trouble);
	} else if (version) {
		succeed(`${model} ${version} is in ${stage} since ${textAt(standing, "timestamp")}.`);
	} else if (tl.getBoolInput("required")) {
		fail(`No version of ${model} is in ${stage}.`);
	} else {
		succeed(`No version of ${model} is in ${stage}.`);
	}
});
