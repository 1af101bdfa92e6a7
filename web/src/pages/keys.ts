/** Keys that pages share. */

/** A slash leads to the search, as in many a page; not while somebody types. */
export function focusOnSlash(field: HTMLElement): void {
	document.addEventListener("keydown", (event) => {
		const typing = (event.target as Element).closest("input, textarea, select");
		if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		field.focus();
	});
}
