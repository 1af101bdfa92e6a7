/** A provenance graph: what led to a node, and what came of it. */

export interface GraphNode {
	readonly id: string;
	/** What it is and how it stands: the first line of its details. */
	readonly title: string;
	readonly facts: readonly string[];
}

export interface Edge {
	readonly from: string;
	readonly to: string;
	readonly words: string;
}

export interface Lineage {
	readonly nodes: ReadonlyMap<string, GraphNode>;
	readonly edges: readonly Edge[];
}

/** back: what led to it. on: what came of it. both: either. */
export type Way = "back" | "on" | "both";

/** The ids of a node and of all that is reached from it. */
export function reach(lineage: Lineage, id: string, way: Way): Set<string> {
	const found = new Set<string>();
	if (way !== "on") walk(lineage.edges, id, "to", "from", found);
	if (way !== "back") walk(lineage.edges, id, "from", "to", found);
	return found;
}

function walk(edges: readonly Edge[], id: string, here: "from" | "to", there: "from" | "to", found: Set<string>): void {
	const next = new Map<string, string[]>();
	for (const edge of edges) next.set(edge[here], [...(next.get(edge[here]) ?? []), edge[there]]);
	const seen = new Set([id]);
	const open = [id];
	for (let one = open.pop(); one !== undefined; one = open.pop()) {
		found.add(one);
		for (const other of next.get(one) ?? []) {
			if (seen.has(other)) continue;
			seen.add(other);
			open.push(other);
		}
	}
}

/** What a node's id says that it is. */
export function kindOf(id: string): string {
	return id.slice(0, Math.max(id.indexOf(":"), 0));
}

/** The question that people have about such a node, and which way its answer lies. */
export function questionOf(kind: string): { words: string; way: Way } {
	if (kind === "stage") return { words: "Why does this stand here?", way: "back" };
	if (kind === "data") return { words: "What else came from this file?", way: "on" };
	if (kind === "commit" || kind === "training") return { words: "What came of this?", way: "on" };
	return { words: "What led to it, and what came of it?", way: "both" };
}
