// Opens the extension's pages in Chromium inside the stand-in host, and prints what was seen there as JSON.
// usage: node browse.mjs SOURCE FOLDER, where FOLDER has builds.json and gets pictures
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { start } from "./server.mjs";

const [source, folder] = process.argv.slice(2).map((path) => resolve(path));
const deps = (name) => join(source, "build/deps", name, "node_modules");
const { chromium } = createRequire(join(deps("browser"), "x.js"))("playwright-core");
const axe = readFileSync(join(deps("browser"), "axe-core/axe.min.js"), "utf8");
const builds = JSON.parse(readFileSync(join(folder, "builds.json"), "utf8"));
const host = await start({ pages: join(source, "build/tasks/pages"), modules: deps("pages"), esbuild: deps("tasks"), builds });
const browser = await chromium.launch({
	executablePath: "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const seen = {};

/** The SDK puts the host's theme into a style element; the page's policy refuses it, and the page takes the theme by itself. */
const isTheme = (text) => /style-src 'self'/.test(text) && /inline style/.test(text);
/** Chromium says so of a page that is only looked at, when an element in it has a handler. */
const isRefusal = (text) => /^Executing inline event handler violates/.test(text) && /has been blocked/.test(text);

const context = await browser.newContext({ ignoreHTTPSErrors: true });

async function open(what, { width = 1280, dark = false } = {}) {
	const page = await context.newPage();
	page.setDefaultTimeout(120_000);
	await page.setViewportSize({ width, height: 900 });
	await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
	const troubles = [];
	page.on("console", (message) => message.type() === "error" && !isTheme(message.text()) && !isRefusal(message.text()) && !/Failed to load resource/.test(message.text()) && troubles.push(message.text()));
	page.on("pageerror", (error) => troubles.push(error.message));
	page.on("dialog", (dialog) => (troubles.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
	page.on("request", (request) => /^https:\/\/(azure|extension)\.localhost:/.test(request.url()) || troubles.push(`asked for ${request.url()}`));
	await page.goto(host.open(what));
	const frame = page.frames().find((one) => one !== page.mainFrame()) ?? (await page.waitForEvent("frameattached"));
	return { page, frame, troubles, close: () => page.close() };
}

/** What a screen reader would miss, and contrast too low. */
async function violations(frame) {
	await frame.evaluate(axe); // by the debugger: the page's policy would refuse it
	const found = await frame.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
	return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
}

const settled = (frame) => frame.waitForFunction(() => {
	const place = document.getElementById("tab-report");
	return place?.hasChildNodes() && !/^Reading/.test(place.innerText);
});

const looks = (frame) => frame.evaluate(() => ({
	runs: [...document.querySelectorAll("#tab-runs tbody tr")].map((row) => [...row.cells].map((cell) => cell.innerText.trim())),
	list: document.querySelector("#tab-runs h1")?.innerText ?? "",
	text: document.getElementById("tab-report").innerText,
	verdict: document.querySelector("#tab-report header")?.className ?? "",
	pictures: document.querySelectorAll("#tab-report figure svg[role=img]").length,
	green: [...document.querySelectorAll(".pass")].filter((one) => one.checkVisibility()).length,
	ground: getComputedStyle(document.documentElement).backgroundColor,
	scheme: getComputedStyle(document.documentElement).colorScheme,
	width: document.documentElement.scrollWidth,
}));

async function visit(name, what, more = {}) {
	const opened = await open({ page: "tab.html", ...what }, more);
	await settled(opened.frame);
	seen[name] = { ...(await looks(opened.frame)), troubles: opened.troubles };
	if (!/^forged|^huge|^broken|^page of/.test(name)) {
		seen[name].axe = await violations(opened.frame);
		await opened.page.locator("iframe").screenshot({ path: join(folder, `${name}.png`) });
	}
	return opened;
}

// ---- every build of the description, as it opens
for (const [name, build] of Object.entries(builds)) {
	if (build.later) continue;
	const opened = await visit(build.name ?? name, { build: { id: Number(name) } }, { width: build.width });
	const view = seen[build.name ?? name];
	view.loaded = await opened.page.evaluate(() => window.host.loaded);
	if (build.name === "one") {
		await opened.frame.locator("#search").fill("PSI Delay");
		view.found = await opened.frame.locator("#checks tr[data-result]:visible").count();
		await opened.frame.locator("#checks button.more:visible").first().click();
		view.details = await opened.frame.locator("tr.details dl").innerText();
	}
	if (build.name === "several") {
		await opened.frame.getByRole("button", { name: "good PRD" }).click();
		await settled(opened.frame);
		view.other = await looks(opened.frame);
		await opened.frame.getByRole("button", { name: "missing" }).click();
		view.missing = await looks(opened.frame);
	}
	if (build.name === "trouble, then well") {
		await opened.frame.getByRole("button", { name: "Try again" }).click();
		await opened.frame.waitForSelector("#tab-report header");
		view.again = await looks(opened.frame);
	}
	await opened.close();
}

// ---- the host's theme rules, whatever the system has
for (const [theme, dark] of [["dark", false], ["light", true]]) {
	const opened = await visit(`theme ${theme}`, { build: { id: 1 }, theme }, { dark });
	await opened.close();
}

// ---- a build that goes on: its runs appear, and what the reader opened stays open
{
	const id = Object.keys(builds).find((one) => builds[one].later);
	const opened = await visit("running", { build: { id: Number(id), status: 1 } });
	const whole = builds[id].later;
	const change = async (count, status) => {
		builds[id].attachments = whole.slice(0, count);
		await opened.page.evaluate(([build, state]) => window.host.change({ id: build, status: state, project: { id: "11111111-2222-3333-4444-555555555555" } }), [Number(id), status]);
	};
	await change(4, 1);
	await opened.frame.waitForSelector("#tab-report header");
	const button = opened.frame.getByRole("button", { name: "good PRD" });
	await button.click();
	await opened.frame.waitForSelector("#tab-report header.pass, #tab-report header.warn");
	await change(whole.length, 2);
	await opened.frame.waitForFunction(() => document.querySelectorAll("#tab-runs tbody tr").length === 3);
	seen.ended = await looks(opened.frame);
	await opened.close();
}
seen.asked = [...new Set(host.asked)];
await browser.close();
host.close();
console.log(JSON.stringify(seen));
