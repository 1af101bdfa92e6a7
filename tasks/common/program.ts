/** program: finds modelgate, runs it, and hands it the signals that end a step. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import * as tl from "azure-pipelines-task-lib/task";
import { harmless, say } from "./log";

export interface Answer {
	/** The exit status; null when a signal ended the program. */
	status: number | null;
	signal: string | null;
	/** A signal that this step got and handed on. */
	stoppedBy: string | null;
	/** Standard output, if it was captured. */
	out: string;
	/** The first lines of standard error: the program says there what is wrong. */
	complaint: string;
}

export interface Manner {
	/** Keep standard output instead of letting it through to the log. */
	capture?: boolean;
	/** Set for the program in addition to this step's environment. Secrets go this way only. */
	environment?: Record<string, string>;
	/** Where it runs; this step's own folder if not given. */
	folder?: string;
}

const COMPLAINT_LENGTH = 1000;
const ENDING: NodeJS.Signals[] = ["SIGINT", "SIGTERM"];

export function find(): string {
	const program = tl.which("modelgate");
	if (!program) {
		throw new Error(
			"There is no program modelgate on PATH. Put the task ModelgateInstall@1 before this one in the same job.",
		);
	}
	return program;
}

function quoted(word: string): string {
	return /^[\w@%+=:,./#-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Runs it to its end. Throws when it cannot be started. */
export async function run(program: string, words: string[], manner: Manner = {}): Promise<Answer> {
	say(`$ modelgate ${words.map(quoted).join(" ")}`);
	const answer: Answer = { status: null, signal: null, stoppedBy: null, out: "", complaint: "" };
	// The program makes what it writes to standard output safe, and its commands are wanted there.
	const child = spawn(program, words, {
		stdio: ["ignore", manner.capture ? "pipe" : "inherit", "pipe"],
		env: { ...process.env, ...manner.environment },
		...(manner.folder ? { cwd: manner.folder } : {}),
	});
	child.stdout?.setEncoding("utf8").on("data", (text: string) => (answer.out += text));
	// No command belongs on standard error, where the loader and libraries may write as well.
	createInterface({ input: child.stderr! }).on("line", (line) => {
		process.stderr.write(`${harmless(line)}\n`);
		if (answer.complaint.length < COMPLAINT_LENGTH) {
			answer.complaint += `${line}\n`;
		}
	});
	// An agent that cancels sends SIGINT, SIGTERM some seconds later, then kills. After the first the
	// program writes its reports and ends.
	const passOn = (signal: NodeJS.Signals) => {
		answer.stoppedBy ??= signal;
		child.kill(signal);
	};
	ENDING.forEach((signal) => process.on(signal, passOn));
	try {
		await new Promise<void>((resolve, reject) => {
			child.on("error", reject);
			child.on("close", (status, signal) => {
				answer.status = status;
				answer.signal = signal;
				resolve();
			});
		});
	} finally {
		ENDING.forEach((signal) => process.off(signal, passOn));
	}
	answer.complaint = answer.complaint.slice(0, COMPLAINT_LENGTH).trim();
	return answer;
}
