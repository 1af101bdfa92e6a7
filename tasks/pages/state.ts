import { make } from "../../web/src/pages/dom";

/** What has nothing to show says so, in a place of its own. `again` asks once more. */
export function state(title: string, words: string[], again?: () => void): HTMLElement {
	const button = make("button", { type: "button" }, "Try again");
	button.addEventListener("click", () => again?.());
	return make("main", { class: "state" }, make("h1", {}, title), ...words.map((text) => make("p", {}, text)), ...(again ? [button] : []));
}
