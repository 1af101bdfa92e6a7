/** moved: what the tasks share that put a model into a stage or take it out: signing, the token, refusals, outputs. The
 * program decides and says why. */
import * as tl from "azure-pipelines-task-lib/task";
import { furtherOptions, option, path, text } from "./inputs";
import { at, parsed, textAt } from "./json";
import { harmless, say } from "./log";
import { fail, succeed, trouble } from "./outcome";
import { find, run, type Answer } from "./program";
import { tokenForRepository, withSecureFile } from "./secrets";

/** How a task tells of what it does. */
export interface Words {
	/** "churn may not go to PPS" */
	refused: string;
	/** "churn v1.3.0 is in PPS" */
	done: (version: string) => string;
	/** "churn v1.3.0 would go to PPS" */
	dry: (version: string) => string;
	/** Whether the version comes into the stage; who waits for that must not see it of a withdrawal. */
	arrives: boolean;
	/** Whether the build gets a tag already; without it, it does. */
	marks?: boolean;
	/** The output that gets the words of the build's tag, if any. */
	markOutput?: string;
}

function call(program: string, words: string[], key: string | undefined): Promise<Answer> {
	const asksService = words.includes("--approvals");
	const folder = path("repository");
	const all = [
		...words,
		...option("--push", text("push")),
		...option("--sign", key),
		...option("--policy-ref", text("policyRef")),
		...(tl.getBoolInput("dryRun") ? ["--dry-run"] : []),
		...furtherOptions("arguments"),
		"--json",
	];
	const environment = text("push") || asksService ? tokenForRepository() : {};
	return run(program, all, { capture: true, environment, ...(folder ? { folder } : {}) });
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
		const [rule, found, fix] = ["rule", "found", "way_out"].map((key) => textAt(refusal, key));
		tl.error(harmless(`${text("model")} ${text("stage")}: ${rule}: ${found}; fix: ${fix}`));
	}
	return list.length;
}

/** As `--azure` words the build's tag, on which other pipelines may start: the service takes no colon, and a step that
 * asks for one would be red after its work. */
function markOf(said: unknown, arrives: boolean): string {
	const [model, version, stage] = ["model", "version", "stage"].map((key) => textAt(said, key));
	const words = [model, version, ...(arrives ? [] : ["out", "of"]), stage];
	return words.join("-").replace(/[^A-Za-z0-9._-]/g, "-");
}

/** Calls the program, sets `outputs` ({variable: field of its JSON}), and ends the step as it says. */
export async function move(words: string[], outputs: Record<string, string>, tell: Words): Promise<void> {
	const program = find();
	const secureFile = text("signingKeyFile");
	const answer = secureFile
		? await withSecureFile(secureFile, (key) => call(program, words, key))
		: await call(program, words, path("signingKeyPath"));
	const said = parsed(answer.out);
	show(said);
	const refusals = showRefusals(said);
	for (const [name, key] of Object.entries(outputs)) {
		tl.setVariable(name, textAt(said, key), false, true);
	}
	// A dry run starts nothing.
	const done = !answer.stoppedBy && answer.status === 0 && textAt(said, "tag") && !tl.getBoolInput("dryRun");
	const mark = done ? markOf(said, tell.arrives) : "";
	if (tell.markOutput) {
		tl.setVariable(tell.markOutput, mark, false, true);
	}
	const version = textAt(said, "version");
	if (answer.stoppedBy || answer.status !== 0) {
		const why = refusals === 1 ? ": 1 rule speaks against it" : `: ${refusals} rules speak against it`;
		fail(trouble(answer, `${tell.refused}${refusals ? why : ""}`));
	} else if (!textAt(said, "tag")) {
		fail(`modelgate ended well and named no tag: nothing may rely on this ${words[0]}.`);
	} else if (tl.getBoolInput("dryRun")) {
		succeed(`${tell.dry(version)}; this was a dry run.`);
	} else {
		if (tell.marks ?? true) {
			tl.command("build.addbuildtag", null, mark);
		}
		succeed(`${tell.done(version)}.`);
	}
}
