// Opens the tab in Chromium inside the stand-in host, and prints what was seen there as JSON.
// usage: node browse.mjs SOURCE FOLDER, where FOLDER has builds.json and gets pictures
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./browser.mjs";

const [source, folder] = process.argv.slice(2);
const builds = JSON.parse(readFileSync(join(folder, "builds.json"), "utf8"));
const { host, open, photograph, violations, close } = await launch(source, builds);
const seen = {};

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
		await photograph(opened.page, join(folder, `${name}.png`));
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
await close();
console.log(JSON.stringify(seen));
