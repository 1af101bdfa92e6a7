/** ModelgatePromote: asks the program to mark a model that passed; the program decides and says why. */
import * as tl from "azure-pipelines-task-lib/task";
import { furtherOptions, lines, option, options, path, text } from "../common/inputs";
import { at, parsed, textAt } from "../common/json";
import { harmless, say } from "../common/log";
import { fail, main, succeed, trouble } from "../common/outcome";
import { find, run, type Answer } from "../common/program";
import { tokenForRepository, withSecureFile } from "../common/secrets";

// Output variables by the names of `promote --json`.
const OUTPUTS = {
	outcome: "outcome",
	tag: "tag",
	version: "version",
	commit: "commit",
	tagId: "id",
	evidence: "evidence",
	evidenceSha256: "evidence_sha256",
};

function commandLine(key: string | undefined): string[] {
	const bump = text("bump");
	return [
		"promote",
		...["--model", tl.getInputRequired("model"), "--to", tl.getInputRequired("stage")],
		...["--run", tl.getPathInputRequired("runFile")],
		...option("--version", text("version")),
		...option("--bump", bump === "none" ? undefined : bump),
		...option("--push", text("push")),
		...options("--approver", lines("approvers")),
		...option("--override", text("override")),
		...option("--sign", key),
		...option("--policy-ref", text("policyRef")),
		...(tl.getBoolInput("dryRun") ? ["--dry-run"] : []),
		...furtherOptions("arguments"),
		"--json",
	];
}

function promote(program: string, key: string | undefined): Promise<Answer> {
	const folder = path("repository");
	const environment = text("push") ? tokenForRepository() : {};
	return run(program, commandLine(key), { capture: true, environment, ...(folder ? { folder } : {}) });
}

/** What the program said, fact by fact. */
function show(said: unknown): void {
	if (typeof said === "object" && said !== null) {
		Object.entries(said).forEach(([name, value]) => typeof value === "string" && say(`  ${name}  ${value}`));
	}
}

/** One error in the summary of the run for each rule that speaks against it; gives how many. */
function showRefusals(said: unknown): number {
	const refusals = at(said, "refusals");
	const list = Array.isArray(refusals) ? refusals : [];
	for (const refusal of list) {
		const [rule, found, wayOut] = ["rule", "found", "way_out"].map((key) => textAt(refusal, key));
		tl.error(harmless(`${text("model")} ${text("stage")}: ${rule}: ${found}; way out: ${wayOut}`));
	}
	return list.length;
}

/** Other pipelines may start on the build tag; a dry run starts nothing. As `promote --azure` words it: the service
 * takes no colon, and a step that asks for one would be red after its promotion. */
function mark(said: unknown): void {
	const words = ["model", "version", "stage"].map((key) => textAt(said, key));
	tl.command("build.addbuildtag", null, words.join("-").replace(/[^A-Za-z0-9._-]/g, "-"));
}

main(async () => {
	const program = find();
	const secureFile = text("signingKeyFile");
	const answer = secureFile
		? await withSecureFile(secureFile, (key) => promote(program, key))
		: await promote(program, path("signingKeyPath"));

	const said = parsed(answer.out);
	show(said);
	const refusals = showRefusals(said);
	for (const [name, key] of Object.entries(OUTPUTS)) {
		tl.setVariable(name, textAt(said, key), false, true);
	}
	const [model, stage, version] = [text("model"), text("stage"), textAt(said, "version")];
	if (answer.stoppedBy || answer.status !== 0) {
		const why = refusals === 1 ? ": 1 rule speaks against it" : `: ${refusals} rules speak against it`;
		fail(trouble(answer, `${model} may not go to ${stage}${refusals ? why : ""}`));
	} else if (!textAt(said, "tag")) {
		fail("modelgate ended well and named no tag: nothing may rely on this promotion.");
	} else if (tl.getBoolInput("dryRun")) {
		succeed(`${model} ${version} would go to ${stage}; this was a dry run.`);
	} else {
		mark(said);
		succeed(`${model} ${version} is in ${stage}.`);
	}
});
