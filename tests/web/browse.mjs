// Opens pages in Chromium, which is started once, and prints what was seen there as JSON.
// usage: node browse.mjs MODULES FOLDER, where FOLDER has hostile.html, month.html, many.html, slices.html
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, folder] = process.argv.slice(2).map((path) => resolve(path));
const require = createRequire(join(modules, "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(join(modules, "axe-core", "axe.min.js"), "utf8");

const browser = await chromium.launch({
	executablePath: "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

/** A page, and all that went wrong on it. */
async function open(name, { scripts = true, viewport = DESK, dark = false } = {}) {
	const context = await browser.newContext({ javaScriptEnabled: scripts, viewport, colorScheme: dark ? "dark" : "light" });
	const page = await context.newPage();
	const troubles = [];
	page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
	page.on("pageerror", (error) => troubles.push(error.message));
	page.on("dialog", (dialog) => (troubles.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
	page.on("request", (request) => request.url().startsWith("file:") || troubles.push(`asked for ${request.url()}`));
	await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
	return { page, troubles, close: () => context.close() };
}

/** What a screen reader would miss, and contrast too low. */
async function violations(page) {
	await page.evaluate(axe); // by the debugger: the page's policy would refuse it
	const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
	return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
}

const width = (page) => page.evaluate(() => document.documentElement.scrollWidth);
const visible = (page) => page.locator("#checks tr[data-result]:visible").count();
const seen = {};

// ---- names and cells that want to be markup
{
	const { page, troubles, close } = await open("hostile");
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
	const { page, troubles, close } = await open("month");
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
	const { page, troubles, close } = await open("month", { viewport: PHONE, dark: true });
	seen.phone = { width: await width(page), axe: await violations(page), troubles };
	await close();
}
{
	const { page, close } = await open("month", { scripts: false });
	seen.plain = {
		text: await page.locator("body").textContent(),
		tools: await page.locator(".tools").count(),
		checks: await visible(page),
	};
	await close();
}

// ---- many checks, many slices. Time is the page's own thread's: the machine may be busy.
{
	const { page, close } = await open("month");
	const session = await page.context().newCDPSession(page);
	await session.send("Performance.enable", { timeDomain: "threadTicks" });
	const busy = async () => (await session.send("Performance.getMetrics")).metrics.find((one) => one.name === "TaskDuration").value;
	await page.goto(pathToFileURL(join(folder, "many.html")).href);
	await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
	const opened = await busy();
	await page.locator("#search").fill("column_4321");
	await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
	seen.many = { seconds: opened, searched: (await busy()) - opened, found: await visible(page) };
	await close();
}
{
	const { page, troubles, close } = await open("slices", { viewport: PHONE });
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
await browser.close();
console.log(JSON.stringify(seen));
