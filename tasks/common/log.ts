/** log: text of others on its way into the log. An agent obeys `##vso[` wherever it stands in a line. */

/** No commands, no control characters; one line stays one line. */
export function harmless(text: string): string {
	return text
		.replace(/##(?=vso|\[)/gi, "**")
		.replace(/[\u0000-\u0008\u000a-\u001f\u007f\u0085\u2028\u2029]/g, (char) => {
			return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
		});
}

export function say(text: string): void {
	process.stdout.write(`${harmless(text)}\n`);
}
