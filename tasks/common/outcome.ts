/** outcome: how a step ends. Green only when the program said so. */
import * as tl from "azure-pipelines-task-lib/task";
import { harmless } from "./log";
import type { Answer } from "./program";

export function fail(message: string): void {
	tl.setResult(tl.TaskResult.Failed, harmless(message));
}

export function warn(message: string): void {
	tl.setResult(tl.TaskResult.SucceededWithIssues, harmless(message));
}

export function succeed(message: string): void {
	tl.setResult(tl.TaskResult.Succeeded, harmless(message));
}

/** What went wrong with the program itself, in words; `refused` is what exit status 1 means. */
export function trouble(answer: Answer, refused: string): string {
	const said = answer.complaint ? ` It said: ${answer.complaint.replace(/\s*\n\s*/g, " | ")}` : "";
	if (answer.stoppedBy) {
		return `modelgate was stopped (${answer.stoppedBy}) before it was done.`;
	}
	switch (answer.status) {
		case null:
			return `modelgate was ended by ${answer.signal}; a machine that runs out of memory does so.${said}`;
		case 1:
			return `${refused} (exit status 1).${said}`;
		case 2:
			return `The inputs of this step or the spec are wrong (exit status 2).${said}`;
		case 3:
			return `Something could not be measured, read, written or reached (exit status 3).${said}`;
		case 70:
			return `This is a bug in modelgate (exit status 70); please report it with this log.${said}`;
		default:
			return `modelgate ended with exit status ${answer.status}, which it never chooses itself.${said}`;
	}
}

/** Runs a task; whatever it throws ends the step red with its words. */
export async function main(work: () => Promise<void>): Promise<void> {
	try {
		await work();
	} catch (error) {
		fail(error instanceof Error ? error.message : String(error));
	}
}
