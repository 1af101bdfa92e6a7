/** ModelgateStatus: asks the program which version of a model is in a stage. */
import { writeFileSync } from "node:fs";
import * as tl from "azure-pipelines-task-lib/task";
import { option, path, text } from "../common/inputs";
import { at, parsed, textAt } from "../common/json";
import { fail, main, succeed, trouble } from "../common/outcome";
import { find, run, type Answer } from "../common/program";
import { tokenForRepository } from "../common/secrets";

// Output variables by the names of `status --json`.
const OUTPUTS = {
	version: "version",
	commit: "commit",
	tag: "ref",
	since: "timestamp",
	age: "age_seconds",
	evidence: "evidence_state",
};

function policyRef(): string[] {
	return option("--policy-ref", text("policyRef"));
}

function modelgate(words: string[], capture: boolean, environment = {}): Promise<Answer> {
	const folder = path("repository");
	return run(find(), words, { capture, environment, ...(folder ? { folder } : {}) });
}

/** What all models stand for; one that has no tag yet is then just not in it. */
async function status(): Promise<unknown> {
	const answer = await modelgate(["status", "--json", "--deprecated", ...policyRef()], true);
	if (answer.stoppedBy || answer.status !== 0) {
		throw new Error(trouble(answer, "modelgate does not tell the status"));
	}
	const said = parsed(answer.out);
	if (said === undefined) {
		throw new Error("modelgate ended well and its answer is no JSON: nothing may rely on it.");
	}
	const file = path("outputFile");
	if (file) {
		writeFileSync(file, answer.out);
	}
	return said;
}

/** Whether the model is in the stage with evidence, and its tags hold, by the program's word; "" or why not. */
async function verify(model: string, stage: string, remote: string | undefined): Promise<string> {
	const words = ["verify", ...option("--remote", remote), ...policyRef(), "--stage", stage, "--", model];
	const answer = await modelgate(words, false, remote ? tokenForRepository() : {});
	if (!answer.stoppedBy && answer.status === 0) {
		return "";
	}
	const why = trouble(answer, `The history of ${model} does not hold; the log says where`);
	if (answer.stoppedBy || answer.status !== 1) {
		throw new Error(why);
	}
	return why;
}

function setOutputs(standing: unknown): void {
	for (const [name, key] of Object.entries(OUTPUTS)) {
		tl.setVariable(name, textAt(standing, key), false, true);
	}
}

main(async () => {
	setOutputs(undefined);
	const model = tl.getInputRequired("model");
	const stage = tl.getInputRequired("stage");
	const look = async () => at(await status(), model, "standings", stage);
	let standing = await look();
	const remote = text("remote");
	// A clone may lack the tags that its remote has; verify fetches them.
	if (tl.getBoolInput("verify") && (standing || remote)) {
		const why = await verify(model, stage, remote);
		standing = await look();
		if (standing && why) {
			throw new Error(why);
		}
	}
	setOutputs(standing);
	const version = textAt(standing, "version");
	const expected = text("expect");
	if (expected && version !== expected) {
		fail(`${version ? `${model} ${version}` : `No version of ${model}`} is in ${stage}, and not ${expected}.`);
	} else if (version) {
		succeed(`${model} ${version} is in ${stage} since ${textAt(standing, "timestamp")}.`);
	} else if (tl.getBoolInput("required")) {
		fail(`No version of ${model} is in ${stage}.`);
	} else {
		succeed(`No version of ${model} is in ${stage}.`);
	}
});
