// Opens pages in Chromium, which is started once, and prints what was seen there as JSON.
// usage: node browse.mjs MODULES FOLDER, where FOLDER has hostile.html, month.html, charted.html, many.html, slices.html
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { PHONE, start } from "./browser.mjs";

const [modules, folder] = process.argv.slice(2).map((path) => resolve(path));
const { open, violations, clock, width, close: closeAll } = await start(modules, folder);
const visible = (page) => page.locator("#checks tr[data-result]:visible").count();
const seen = {};

// ---- names and cells that want to be markup
{
	const { page, troubles, close } = await open("hostile.html");
	for (const button of (await page.locator("#checks button.more").all()).slice(0, 3)) await button.click();
	seen.hostile = {
		axe: await violations(page),
		elements: await page.evaluate(() => ["script", "img", "iframe", "b", "a:not([href^='#'])", "style"].map((tag) => document.querySelectorAll(`${tag}`).length)),
		pictures: await page.locator("figure svg").count(),
		text: await page.evaluate(() => document.body.innerText),
	};
	await page.setViewportSize(PHONE);
	seen.hostile.width = await width(page);
	seen.hostile.troubles = troubles;
	await close();
}

// ---- a month that failed: what people do with it
{
	const { page, troubles, close } = await open("month.html");
	const first = page.locator("article.trouble").first();
	seen.month = {
		title: await page.title(),
		axe: await violations(page),
		first: { text: await first.innerText(), top: (await first.boundingBox()).y, pictures: await first.locator("figure svg[role=img][aria-label]").count() },
		checks: await visible(page),
	};
	await page.keyboard.press("/");
	await page.keyboard.type("PSI Delay");
	seen.month.found = await visible(page);
	seen.month.said = await page.locator("output").innerText();
	await page.locator("#search").fill("no such check");
	seen.month.none = await visible(page);
	await page.locator("#search").fill("");
	await page.getByRole("button", { name: /^fail/ }).click();
	seen.month.failed = await visible(page);
	await page.getByRole("button", { name: /^fail/ }).click();
	// by keyboard alone: open the first check's details, and close them
	await page.locator("#checks button.more").first().focus();
	await page.keyboard.press("Enter");
	seen.month.details = await page.locator("tr.details dl").innerText();
	seen.month.axeOpen = await violations(page);
	await page.keyboard.press("Enter");
	seen.month.closed = await page.locator("tr.details").count();
	await page.emulateMedia({ media: "print" });
	seen.month.print = { tools: await page.locator(".tools").isVisible(), bytes: (await page.pdf()).length };
	seen.month.troubles = troubles;
	await close();
}
{
	const { page, troubles, close } = await open("month.html", { viewport: PHONE, dark: true });
	seen.phone = { width: await width(page), axe: await violations(page), troubles };
	await close();
}
{
	const { page, close } = await open("month.html", { scripts: false });
	seen.plain = {
		text: await page.locator("body").textContent(),
		tools: await page.locator(".tools").count(),
		checks: await visible(page),
	};
	await close();
}

// ---- all other charts: in the light, and in the dark on a phone
seen.charted = [];
for (const how of [{}, { viewport: PHONE, dark: true }]) {
	const { page, troubles, close } = await open("charted.html", how);
	seen.charted.push({
		pictures: await page.locator(".pictures figure svg").count(),
		tables: await page.locator(".pictures details.numbers").count(),
		parts: await page.locator(".pictures figure").first().textContent(),
		width: await width(page), axe: await violations(page), troubles,
	});
	await close();
}

// ---- many checks, many slices. Time is the page's own thread's: the machine may be busy.
{
	const { page, close } = await open("month.html");
	const busy = await clock(page);
	await page.goto(pathToFileURL(`${folder}/many.html`).href);
	const opened = await busy();
	await page.locator("#search").fill("column_4321");
	seen.many = { seconds: opened, searched: (await busy()) - opened, found: await visible(page) };
	await close();
}
{
	const { page, troubles, close } = await open("slices.html", { viewport: PHONE });
	const table = page.locator("#slices table");
	seen.slices = {
		rows: await table.locator("tbody tr").count(),
		shades: await table.evaluate((one) => new Set([...one.querySelectorAll("td")].map((cell) => getComputedStyle(cell).backgroundColor)).size),
		width: await width(page),
		axe: await violations(page),
		troubles,
	};
	await close();
}
await closeAll();
console.log(JSON.stringify(seen));
