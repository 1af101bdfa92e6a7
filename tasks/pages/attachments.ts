/** Files that steps attached to a build. */
import type { Attachment } from "azure-devops-extension-api/Build/Build";
import type { Service } from "./host";
import { getJson } from "./rest";

export const API = "api-version=6.0-preview.2";

export interface BuildPlace {
	readonly id: number;
	readonly project: string;
}

export interface Place {
	readonly name: string;
	/** Where its bytes are; absent when the service does not say. */
	readonly path?: string;
	/** The same of the files that one step attached under one name. */
	readonly key?: string;
}

export function buildPath({ project, id }: BuildPlace): string {
	return `${encodeURIComponent(project)}/_apis/build/builds/${id}`;
}

/** The service names timeline and record only in the address of an attachment. Ours is made anew: the token goes to
 * nobody else. */
function placeOf(build: BuildPlace, type: string, one: unknown): Place {
	const { name, _links } = (one ?? {}) as Partial<Attachment>;
	const href = String((_links as { self?: { href?: unknown } } | undefined)?.self?.href ?? "");
	const ids = /\/([0-9a-f-]{36})\/([0-9a-f-]{36})\/attachments\//i.exec(href);
	if (typeof name !== "string" || !ids) return { name: String(name ?? "without a name") };
	const path = `${buildPath(build)}/${ids[1]}/${ids[2]}/attachments/${type}/${encodeURIComponent(name)}?${API}`;
	return { name, path, key: `${ids[2]}/${name.replace(/\.[a-z]+$/, "")}` };
}

export async function list(service: Service, build: BuildPlace, type: string): Promise<Place[]> {
	const said = (await getJson(service, `${buildPath(build)}/attachments/${type}?${API}`)) as { value?: unknown } | null;
	if (!Array.isArray(said?.value)) throw new Error("The service's list of attachments is none.");
	return said.value.map((one) => placeOf(build, type, one));
}
