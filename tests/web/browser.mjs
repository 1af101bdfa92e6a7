// A Chromium, started once, and what every test asks of a page in it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 900 };

/** modules: the folder of playwright-core and axe-core; folder: where the pages are. */
export async function start(modules, folder) {
	const { chromium } = createRequire(join(modules, "x.js"))("playwright-core");
	const axe = readFileSync(join(modules, "axe-core", "axe.min.js"), "utf8");
	const browser = await chromium.launch({
		executablePath: "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
	});

	/** A page, and all that went wrong on it. `address` is a file of the folder, or a whole URL. */
	async function open(address, { scripts = true, viewport = DESK, dark = false, now = undefined } = {}) {
		const context = await browser.newContext({ javaScriptEnabled: scripts, viewport, colorScheme: dark ? "dark" : "light" });
		const page = await context.newPage();
		page.setDefaultTimeout(120_000);
		if (now) await page.clock.setFixedTime(now);
		const troubles = [];
		page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
		page.on("pageerror", (error) => troubles.push(error.message));
		page.on("dialog", (dialog) => (troubles.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
		const [path, hash] = address.split("#");
		const url = /^https?:/.test(address) ? address : pathToFileURL(join(folder, path)).href + (hash ? `#${hash}` : "");
		page.on("request", (request) => new URL(request.url()).origin === new URL(url).origin || troubles.push(`asked for ${request.url()}`));
		await page.goto(url);
		return { page, troubles, close: () => context.close() };
	}

	/** What a screen reader would miss, and contrast too low. */
	async function violations(page) {
		await page.evaluate(axe); // by the debugger: the page's policy would refuse it
		const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"], preload: false }));
		return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
	}

	/** Seconds that the page's own thread has worked so far: the machine may be busy with other things. */
	async function clock(page) {
		const session = await page.context().newCDPSession(page);
		await session.send("Performance.enable", { timeDomain: "threadTicks" });
		return async () => {
			await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
			return (await session.send("Performance.getMetrics")).metrics.find((one) => one.name === "TaskDuration").value;
		};
	}

	const width = (page) => page.evaluate(() => document.documentElement.scrollWidth);
	return { open, violations, clock, width, close: () => browser.close() };
}
