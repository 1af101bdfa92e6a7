/** json: looks into what the program wrote, without trusting its shape. */

/** What a text of JSON says, or undefined when it is none. */
export function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** The value at a path of keys, or undefined. */
export function at(value: unknown, ...keys: (string | number)[]): unknown {
	let here = value;
	for (const key of keys) {
		if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) {
			return undefined;
		}
		here = (here as Record<string | number, unknown>)[key];
	}
	return here;
}

/** The text or number at a path of keys, as text; "" when there is none. */
export function textAt(value: unknown, ...keys: (string | number)[]): string {
	const found = at(value, ...keys);
	return typeof found === "string" || typeof found === "number" ? String(found) : "";
}
