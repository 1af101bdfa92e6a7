/** Texts of others on their way to the page, and counts in words. */

/** Controls, and signs that turn the direction of text, are shown as what they are. */
export function shown(text: string, most = 300): string {
	const safe = text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
	const letters = [...safe];
	return letters.length > most ? `${letters.slice(0, most).join("")}…` : safe;
}

export function plural(count: number, one: string, many = `${one}s`): string {
	return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
