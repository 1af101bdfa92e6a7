/** The page that frames this one: what it shows, whose right to read it lends, and its theme. */
import * as SDK from "azure-devops-extension-sdk";
import type { ILocationService } from "azure-devops-extension-api/Common/CommonServices";

/** Where requests go, and with whose right. */
export interface Service {
	/** The organization's address, which ends with "/". */
	readonly base: string;
	readonly token: () => Promise<string>;
}

/** How bright a colour is that the host names, as "rgba(32, 31, 30, 1)" or "#201f1e"; undefined when it is neither. */
export function brightness(colour: string): number | undefined {
	const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(colour)?.slice(1).map((part) => parseInt(part, 16));
	const parts = hex ?? /^rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)/.exec(colour)?.slice(1).map(Number);
	if (!parts) return undefined;
	const [red = 0, green = 0, blue = 0] = parts;
	return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

/** The rules that a dark system gets hold when the host is dark, whatever the system is. */
function setDark(dark: boolean): void {
	for (const sheet of document.styleSheets)
		for (const rule of sheet.cssRules)
			if (rule instanceof CSSMediaRule && (rule.conditionText.includes("prefers-color-scheme: dark") || darkRules.has(rule))) {
				darkRules.add(rule);
				rule.media.mediaText = dark ? "all" : "not all";
			}
}
const darkRules = new Set<CSSRule>();

/** The host's ground; the other colours are the report's own, whose contrast is known. The SDK puts them into a
 * style element, which the page's policy refuses. */
function takeTheme(variables: Readonly<Record<string, unknown>> | undefined): void {
	const ground = String(variables?.["background-color"] ?? "");
	const bright = brightness(ground);
	if (bright === undefined) return;
	setDark(bright < 0.5);
	const extreme = bright < 0.2 || bright > 0.95; // else a contrast that nobody has looked at
	document.documentElement.style.setProperty("--ground", extreme ? ground : null);
}

/** The handshake. */
export async function enter(): Promise<Service> {
	window.addEventListener("themeApplied", (event) => takeTheme((event as CustomEvent).detail));
	await SDK.init({ loaded: false, applyTheme: true });
	await SDK.ready();
	const places = await SDK.getService<ILocationService>("ms.vss-features.location-service");
	const base = await places.getServiceLocation();
	return { base: base.endsWith("/") ? base : `${base}/`, token: () => SDK.getAccessToken() };
}

/** The project that the page around shows. */
export function projectOf(): string {
	const { project } = SDK.getWebContext();
	if (!project?.id) throw new Error("The page around names no project.");
	return project.id;
}
