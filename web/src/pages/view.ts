/** The view that the browser shows: its address, and what happens when that changes. */
import { changed, format, parse, type Address } from "../data/address";

export function address(): Address {
	return parse(location.hash);
}

/** Another view of the page, whether the way back leads to this one or not. */
export function go(changes: Address, how: "push" | "replace" = "push"): void {
	const hash = format(changed(address(), changes));
	if (hash === location.hash) return;
	const url = hash || location.pathname + location.search;
	if (how === "push") history.pushState(null, "", url);
	else history.replaceState(null, "", url);
	again();
}

/** The same view once more: what it shows has changed. */
export function again(): void {
	dispatchEvent(new Event("view"));
}

/** Shows the view now, and whenever its address becomes another. */
export function onView(show: (address: Address) => void): void {
	const now = (): void => show(address());
	addEventListener("view", now);
	addEventListener("popstate", now);
	now();
}

/** A file of the site, from whatever page: the page says where the top is. */
export function url(path: string): string {
	return (document.body.dataset["top"] ?? "") + path;
}
