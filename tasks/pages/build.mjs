// Makes the extension's pages: for each one HTML file, one script and one style.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { notices } from "../notices.mjs";

const MOST_BYTES = 300_000;
const here = dirname(fileURLToPath(import.meta.url));

/** The shapes of verdicts, as the program writes them into its reports. */
function shapes() {
	const code = readFileSync(join(here, "..", "..", "runner", "report", "html.c"), "utf8");
	const found = /static const char shapes\[\] =([^;]*);\n/.exec(code);
	if (!found) throw new Error("runner/report/html.c has no shapes");
	return [...found[1].matchAll(/^\t("(?:[^"\\]|\\.)*")/gm)].map(([, text]) => JSON.parse(text)).join("");
}

/** build: esbuild's; out: the folder; modules: the packages of tasks/pages. */
export async function buildPages(build, out, modules) {
	rmSync(out, { recursive: true, force: true });
	mkdirSync(out, { recursive: true });
	const pages = readdirSync(here).filter((name) => name.endsWith(".html")).map((name) => basename(name, ".html"));
	const { metafile } = await build({
		absWorkingDir: here,
		entryPoints: pages.flatMap((page) => [`${page}.ts`, `${page}.css`]),
		outdir: out,
		bundle: true,
		minify: true,
		charset: "ascii",
		format: "iife",
		target: ["es2022", "chrome110", "firefox115", "safari16"],
		legalComments: "none",
		nodePaths: [modules],
		metafile: true,
		logLevel: "warning",
	});
	for (const page of pages) {
		const html = readFileSync(join(here, `${page}.html`), "utf8").replace("<!-- shapes -->\n", shapes());
		writeFileSync(join(out, `${page}.html`), html);
		const bytes = statSync(join(out, `${page}.js`)).size + statSync(join(out, `${page}.css`)).size;
		if (bytes > MOST_BYTES) throw new Error(`script and style of ${page} take ${bytes} bytes of ${MOST_BYTES}`);
	}
	writeFileSync(join(out, "ThirdPartyNotices.txt"), notices("These pages", modules, metafile));
}
