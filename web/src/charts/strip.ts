/** A letter a day as a row of bars: what is wrong stands higher, so that it shows without colour too. */
import { stateOfDay, type State } from "../data/site";
import { shape, type Picture } from "./svg";

const STEP = 6;
const WIDE = 4;
const HEIGHT = 16;
const TALL: Readonly<Record<State, number>> = { pass: 6, warn: 10, fail: 16, error: 16, late: 16, none: 2 };

/** One path a state, since a fleet has thousands of days. */
export function strip(days: string): Picture {
	const paths = new Map<string, string>();
	const counts = new Map<string, number>();
	[...days].forEach((letter, i) => {
		const state = stateOfDay(letter) ?? "none";
		counts.set(state, (counts.get(state) ?? 0) + 1);
		const tall = TALL[state];
		// a missed run is a hole where a bar should be
		const bar = state === "late"
			? `M${i * STEP + 0.5} ${HEIGHT - tall + 0.5}h${WIDE - 1}v${tall - 1}h${1 - WIDE}z`
			: `M${i * STEP} ${HEIGHT - tall}h${WIDE}v${tall}h${-WIDE}z`;
		paths.set(state, (paths.get(state) ?? "") + bar);
	});
	const width = days.length * STEP;
	const words: Record<string, string> = { none: "without a run", late: "missed" };
	const says = `${days.length} days: ${[...counts].map(([state, count]) => `${count} ${words[state] ?? state}`).join(", ")}`;
	const parts = [...paths].map(([state, d]) => shape("path", { d, class: `day ${state}` }));
	const frame = { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": says, class: "strip" };
	return { title: "Days", says, drawing: shape("svg", frame, shape("title", {}, says), ...parts) };
}
