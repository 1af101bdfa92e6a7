/** The address of a view: what is chosen on a page stands behind its #, so that it can be sent. */

export type Address = Readonly<Record<string, string>>;

export function parse(hash: string): Address {
	return Object.fromEntries(new URLSearchParams(hash.replace(/^#/, "")));
}

/** What is empty is left out: a page as it opens has no #. */
export function format(address: Address): string {
	const entries = Object.entries(address).filter(([, value]) => value !== "");
	return entries.length ? `#${new URLSearchParams(entries).toString()}` : "";
}

/** The address with some of it changed. */
export function changed(address: Address, changes: Address): Address {
	return { ...address, ...changes };
}
