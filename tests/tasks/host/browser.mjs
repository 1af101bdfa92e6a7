// Chromium and the stand-in host, as tests of the extension's pages share them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { start } from "./server.mjs";

/** The SDK puts the host's theme into a style element; the page's policy refuses it, and the page takes the theme by itself. */
const isTheme = (text) => /style-src 'self'/.test(text) && /inline style/.test(text);
/** Chromium says so of a page that is only looked at, when an element in it has a handler. */
const isRefusal = (text) => /^Executing inline event handler violates/.test(text) && /has been blocked/.test(text);

/** What a screen reader would miss, and contrast too low. */
async function violations(axe, frame) {
	await frame.evaluate(axe); // by the debugger: the page's policy would refuse it
	const found = await frame.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
	return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
}

/** Starts both. source: the repository; builds: what the service knows (server.mjs). */
export async function launch(source, builds) {
	const deps = (name) => join(resolve(source), "build/deps", name, "node_modules");
	const { chromium } = createRequire(join(deps("browser"), "x.js"))("playwright-core");
	const axe = readFileSync(join(deps("browser"), "axe-core/axe.min.js"), "utf8");
	const host = await start({ pages: join(resolve(source), "build/tasks/pages"), modules: deps("pages"), esbuild: deps("tasks"), builds });
	const browser = await chromium.launch({
		executablePath: "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
	});
	const context = await browser.newContext({ ignoreHTTPSErrors: true });

	/** The host's page with one of ours in it, and all that goes wrong there. */
	async function open(what, { width = 1280, height = 900, dark = false } = {}) {
		const page = await context.newPage();
		page.setDefaultTimeout(90_000);
		await page.setViewportSize({ width, height });
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
	const photograph = (page, file) => page.locator("iframe").screenshot({ path: file });
	const close = async () => (await browser.close(), host.close());
	return { host, open, photograph, violations: (frame) => violations(axe, frame), close };
}
