// Builds the pages: one script and one style each, without imports and without any access to the network.
// usage: node build.mjs NODE_MODULES OUT (see script/web)
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { statSync } from "node:fs";

/** The design's bound for a page without data. */
const MOST_BYTES = 300_000;
const PAGES = ["report", "site"];

const here = dirname(fileURLToPath(import.meta.url));
const modules = resolve(process.argv[2]);
const out = resolve(process.argv[3]);
const { build } = createRequire(join(modules, "x.js"))("esbuild");

await build({
	absWorkingDir: here,
	entryPoints: PAGES.flatMap((page) => [`src/${page}.ts`, `src/${page}.css`]),
	outdir: out,
	bundle: true,
	minify: true,
	charset: "ascii",
	format: "iife",
	target: ["es2022", "chrome110", "firefox115", "safari16"],
	legalComments: "none",
	logLevel: "warning",
});
for (const page of PAGES) {
	const bytes = statSync(join(out, `${page}.js`)).size + statSync(join(out, `${page}.css`)).size;
	if (bytes > MOST_BYTES) throw new Error(`script and style of ${page} take ${bytes} bytes of ${MOST_BYTES}`);
}
