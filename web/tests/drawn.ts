/** What a drawing shows, for tests. */
import assert from "node:assert/strict";
import type { Picture, Shape } from "../src/charts/svg";

export function* all(shape: Shape): Generator<Shape> {
	yield shape;
	for (const child of shape.children) if (typeof child !== "string") yield* all(child);
}

export function texts(picture: Picture): string[] {
	return [...all(picture.drawing)].filter((one) => one.tag === "text").map((one) => one.children.join(""));
}

export function styled(picture: Picture, style: string): Shape[] {
	return [...all(picture.drawing)].filter((one) => one.attributes["class"] === style);
}

/** No number went missing on its way into the drawing. */
export function assertDrawn(picture: Picture): void {
	for (const one of all(picture.drawing))
		for (const [name, value] of Object.entries(one.attributes))
			if (name !== "aria-label" && name !== "class") assert.doesNotMatch(value, /NaN|Infinity|undefined/, `${one.tag} ${name}`);
	assert.ok(picture.says.length > 0 && picture.title.length > 0);
}
