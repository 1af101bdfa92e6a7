/** Runs of a picture one by one: under the pointer, and by the arrow keys. */
import { make } from "./dom";

export interface Pointed {
	/** How many there are to look at. */
	readonly count: number;
	/** The nearest to a place of the picture. */
	at(x: number, y: number): number | undefined;
	/** Shows one; undefined: none. Gives what it is in words. */
	show(index: number | undefined): string;
	/** How many an arrow up or down goes; 0: it does nothing. */
	readonly row?: number;
	open?(index: number): void;
}

/** The picture as a slider: its value is the run that is looked at. */
export function pointable(name: string, picture: () => Element | null, pointed: () => Pointed): { element: HTMLElement; readout: HTMLElement } {
	const readout = make("p", { class: "readout", "aria-hidden": "true" }, "");
	const element = make("div", { class: "pointable", role: "slider", tabindex: "0", "aria-label": name, "aria-valuemin": "0" });
	let index: number | undefined;
	const show = (next: number | undefined): void => {
		const { count, show: draw } = pointed();
		index = next === undefined ? undefined : Math.min(Math.max(next, 0), count - 1);
		const words = draw(index);
		readout.textContent = words;
		element.setAttribute("aria-valuemax", String(Math.max(count - 1, 0)));
		element.setAttribute("aria-valuenow", String(index ?? Math.max(count - 1, 0)));
		element.setAttribute("aria-valuetext", words);
	};
	element.addEventListener("pointermove", (event) => {
		const box = picture()?.getBoundingClientRect();
		if (!box) return;
		const next = pointed().at(event.clientX - box.left, event.clientY - box.top);
		if (next !== index) show(next);
		element.style.cursor = next !== undefined && pointed().open ? "pointer" : "";
	});
	element.addEventListener("click", () => index !== undefined && pointed().open?.(index));
	element.addEventListener("keydown", (event) => {
		const { count, row = 0, open } = pointed();
		const here = index ?? count - 1;
		const steps: Record<string, number> = { ArrowLeft: here - 1, ArrowRight: here + 1, ArrowUp: here - row, ArrowDown: here + row, Home: 0, End: count - 1 };
		if (event.key === "Enter" && open) open(here);
		else if (event.key in steps && count > 0) show(row && (event.key === "ArrowUp" || event.key === "ArrowDown") && (steps[event.key]! < 0 || steps[event.key]! >= count) ? here : steps[event.key]);
		else return;
		event.preventDefault();
	});
	show(undefined);
	return { element, readout };
}
