/** inputs: what a step was given, as words of a command line. */
import * as tl from "azure-pipelines-task-lib/task";

/** The value without blanks around it, or undefined when there is none. */
export function text(name: string): string | undefined {
	return tl.getInput(name)?.trim() || undefined;
}

/** An agent fills an empty path with the folder of the sources; that counts as none. */
export function path(name: string): string | undefined {
	return tl.filePathSupplied(name) ? text(name) : undefined;
}

/** The lines of a multi-line input that are not empty. */
export function lines(name: string): string[] {
	return tl
		.getDelimitedInput(name, "\n")
		.map((line) => line.trim())
		.filter((line) => line !== "");
}

/** `--option value`, or nothing without a value. */
export function option(name: string, value: string | undefined): string[] {
	return value === undefined ? [] : [name, value];
}

/** `--option value` for each value. */
export function options(name: string, values: string[]): string[] {
	return values.flatMap((value) => [name, value]);
}

/** Lines of the form `--option` or `--option value`; the value is one word, whatever is in it. */
export function furtherOptions(name: string): string[] {
	return lines(name).flatMap((line) => {
		const words = /^(--?[A-Za-z][\w-]*)(?:[ \t]+(.*))?$/.exec(line);
		if (!words?.[1]) {
			throw new Error(
				`The input "${name}" has the line "${line}". ` +
					`Write one option a line, as "--timeout 15m"; quotes are not needed.`,
			);
		}
		return words[2] === undefined ? [words[1]] : [words[1], words[2]];
	});
}
