/** Search, choices and toggles above a list. What is chosen is in the page's address. */
import type { Address } from "../data/address";
import { make } from "./dom";
import { focusOnSlash } from "./keys";
import { address, go } from "./view";

export interface Choice {
	readonly key: string;
	readonly label: string;
	/** Value and words; the first is what an address without the key says, with an empty value. */
	readonly options: readonly (readonly [string, string])[];
}

export interface Toggles {
	readonly key: string;
	readonly label: string;
	readonly faces: readonly { value: string; face: (Node | string)[] }[];
}

export interface Filters {
	readonly element: HTMLElement;
	/** Makes the controls say what the address says. */
	show(view: Address): void;
	say(words: string): void;
}

export function filters(placeholder: string, choices: readonly Choice[], toggles?: Toggles): Filters {
	const field = make("input", { type: "search", id: "search", placeholder, autocomplete: "off", spellcheck: "false" });
	field.addEventListener("input", () => go({ q: field.value.trim() }, "replace"));
	focusOnSlash(field);
	const selects = choices.map((choice) => ({ choice, select: choiceOf(choice) }));
	const buttons = (toggles?.faces ?? []).map(({ value, face }) => {
		const button = make("button", { type: "button", "aria-pressed": "false" }, ...face);
		button.addEventListener("click", () => {
			const chosen = listOf(address(), toggles!.key);
			go({ [toggles!.key]: (chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]).join(",") });
		});
		return { value, button };
	});
	const found = make("output", { for: "search" });
	const element = make("search", { class: "tools" }, make("label", { for: "search" }, "Search"), field,
		...selects.map(({ choice, select }) => make("label", { class: "choice" }, choice.label, select)));
	if (toggles) element.append(make("div", { class: "toggles", role: "group", "aria-label": toggles.label }, ...buttons.map((one) => one.button)));
	element.append(found);
	return {
		element,
		show(view) {
			if (field.value.trim() !== (view["q"] ?? "")) field.value = view["q"] ?? "";
			for (const { choice, select } of selects) select.value = view[choice.key] ?? "";
			const chosen = toggles ? listOf(view, toggles.key) : [];
			for (const { value, button } of buttons) button.setAttribute("aria-pressed", String(chosen.includes(value)));
		},
		say(words) {
			if (found.textContent !== words) found.textContent = words;
		},
	};
}

/** Several values of one key of an address. */
export function listOf(view: Address, key: string): string[] {
	return view[key] ? view[key].split(",") : [];
}

function choiceOf(choice: Choice): HTMLSelectElement {
	const select = make("select", {}, ...choice.options.map(([value, words]) => make("option", { value }, words)));
	select.addEventListener("change", () => go({ [choice.key]: select.value }));
	return select;
}
