// Opens the page of a model that is both estimated and measured, and prints what was seen there as JSON.
// usage: node browse_estimates.mjs MODULES SITE
import { resolve } from "node:path";
import { PHONE, start } from "./browser.mjs";

const [modules, folder] = process.argv.slice(2).map((path) => resolve(path));
const { open, violations, width, close: closeAll } = await start(modules, folder);
const seen = [];
for (const how of [{}, { viewport: PHONE, dark: true }]) {
	const { page, troubles, close } = await open("models/churn.html#days=all", how);
	const section = page.locator("#estimates");
	await section.waitFor();
	const texts = section.locator("figure svg text");
	await section.locator("summary").first().click();
	if (process.env.MODELGATE_PICTURES)
		await section.screenshot({ path: `${process.env.MODELGATE_PICTURES}/estimates-${seen.length}.png` });
	seen.push({
		figures: await section.locator("figure").count(),
		dashed: await section.locator("path.current.dashed").count(),
		solid: await section.locator("path.current:not(.dashed)").count(),
		names: (await texts.allTextContents()).filter((words) => /^(realized|estimated)/.test(words)),
		rows: await section.locator("table").first().locator("tbody tr").allInnerTexts(),
		says: await section.locator("figure > svg").first().getAttribute("aria-label"),
		axe: await violations(page), width: await width(page), troubles,
	});
	await close();
}
await closeAll();
console.log(JSON.stringify(seen));
