/** What was estimated while there were no labels, and what came about when they had come. */
import type { Track } from "./series";

export interface Pair {
	readonly realized: Track;
	readonly estimated: Track;
}

/** Is its number an estimate? Its definition says by which method. */
export function isEstimate(track: Track): boolean {
	return /\/cbpe-[^/]+$/.test(track.definition ?? "");
}

/** Each measured check beside the estimate of the same kind, in the same suite and of the same slice. */
export function estimatePairs(tracks: readonly Track[]): Pair[] {
	return tracks.filter((one) => !isEstimate(one)).flatMap((realized) => {
		const estimated = tracks.find((one) =>
			isEstimate(one) && one.kind === realized.kind && one.suite === realized.suite && one.slice === realized.slice);
		return estimated ? [{ realized, estimated }] : [];
	});
}
