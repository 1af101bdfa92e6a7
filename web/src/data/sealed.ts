/** Reads a run that came from elsewhere. What cannot be proven whole is no run: it throws, and says why. */
import { VERDICTS, type Run, type Verdict } from "./run";

const FORMAT = "modelgate.run/1";
const HEAD = ',\n  "seal": "sha256:';
const TAIL = '"\n}\n';
const SEAL_BYTES = HEAD.length + 64 + TAIL.length;

/** How bad a verdict is: an error over all, as in the program. A run has no skip: it would be an error. */
export const RANK: Readonly<Record<Verdict, number>> = { pass: 0, skip: 0, warn: 1, fail: 2, error: 3 };

/** The verdict that people act on: warnings fail a run with --fail-on warn. */
export function takenOf(run: Run): Verdict {
	if (run.verdict === "skip") return "error";
	return run.verdict === "warn" && run.fail_on_warn ? "fail" : run.verdict;
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
	const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
	return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Ends the file with the digest of all that stands before it? */
async function checkSeal(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
	const end = bytes.length - SEAL_BYTES;
	const seal = new TextDecoder("latin1").decode(bytes.subarray(Math.max(end, 0)));
	if (end < 0 || !seal.startsWith(HEAD) || !seal.endsWith(TAIL)) throw new Error("It does not end with a seal: it was cut off, or no run wrote it.");
	if (seal !== HEAD + (await digestOf(bytes.subarray(0, end))) + TAIL) throw new Error("Its seal does not hold: it was changed after the run.");
}

/** Does the verdict follow from the results? A seal can be made by anybody. */
function checkVerdict(run: Run): void {
	const counts: Record<Verdict, number> = { pass: 0, warn: 0, fail: 0, error: 0, skip: 0 };
	for (const result of run.results) {
		if (!VERDICTS.includes(result?.verdict)) throw new Error("A check has a verdict that this page does not know.");
		counts[result.verdict]++;
	}
	if (VERDICTS.some((verdict) => counts[verdict] !== run.counts?.[verdict])) throw new Error("Its counts are not those of its checks.");
	if (!VERDICTS.includes(run.verdict)) throw new Error("It has a verdict that this page does not know.");
	const worst = Math.max(0, ...VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => RANK[verdict]));
	if (RANK[run.verdict] < worst) throw new Error("Its verdict is better than that of a check.");
	if (counts.pass + counts.warn + counts.fail + counts.error === 0 && run.verdict !== "error") throw new Error("It measured nothing, and is no error.");
}

/** The bytes of a run.json. */
export async function openRun(bytes: Uint8Array<ArrayBuffer>): Promise<Run> {
	await checkSeal(bytes);
	let run: Run;
	try {
		run = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as Run;
	} catch {
		throw new Error("It is no JSON.");
	}
	if (run.format !== FORMAT) throw new Error(`Its format is not ${FORMAT}: this page does not know it.`);
	if (typeof run.model !== "string" || !Array.isArray(run.results)) throw new Error("It has no model or no results.");
	checkVerdict(run);
	return run;
}
