/** Puts the pictures of results where the page has room for them, as wide as that is. */
import type { Picture } from "../charts/svg";
import { figure } from "./dom";

const LEAST = 260;
const MOST = 560;

/** Draws pictures before what the place holds; again when the place gets another width. */
export function drawIn(place: Element, pictures: (width: number) => Picture[]): void {
	let figures: HTMLElement[] = [];
	let drawnFor = 0;
	const draw = (): void => {
		const width = Math.round(Math.min(Math.max(place.clientWidth, LEAST), MOST));
		if (width === drawnFor) return;
		drawnFor = width;
		for (const old of figures) old.remove();
		figures = pictures(width).map(figure);
		place.prepend(...figures);
	};
	draw();
	new ResizeObserver(draw).observe(place);
}
