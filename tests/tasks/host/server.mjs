// Azure DevOps as an extension's pages meet it: an origin that frames them, one that serves their files, and the REST
// calls of the reference, which misbehave when the description of a build says so.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const TOKEN = "reader-token-51c2";
const PROJECT = "11111111-2222-3333-4444-555555555555";
const TIMELINE = "aaaaaaaa-0000-0000-0000-000000000001";
const THEMES = {
	light: { "background-color": "rgba(255, 255, 255, 1)", "text-primary-color": "rgba(0, 0, 0, .9)" },
	dark: { "background-color": "rgba(32, 31, 30, 1)", "text-primary-color": "rgba(255, 255, 255, 1)" },
};
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };

function certificate() {
	const folder = mkdtempSync(join(tmpdir(), "modelgate-host-"));
	try {
		const [key, cert] = [join(folder, "key"), join(folder, "cert")];
		execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
			"-subj", "/CN=localhost", "-keyout", key, "-out", cert], { stdio: "ignore" });
		return { key: readFileSync(key), cert: readFileSync(cert) };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** The host's script with the library that extensions have, too. */
async function frameScript(modules, esbuild) {
	const { build } = createRequire(join(esbuild, "x.js"))("esbuild");
	const xdm = join(modules, "azure-devops-extension-sdk/esm/XDM.js");
	const { outputFiles } = await build({
		entryPoints: [fileURLToPath(new URL("frame.js", import.meta.url))], bundle: true, write: false, format: "iife",
		alias: { "azure-devops-extension-sdk/esm/XDM.js": xdm },
	});
	return outputFiles[0].text;
}

/** What answers REST calls; builds: {id: {attachments: [{type, name, record, file, fault}], tags, definition, branch, start, finish,
 * fault}}. Pipeline 7 runs for main, and of pipeline 8 nothing is left but its builds. */
class Service {
	constructor(builds) {
		this.builds = builds;
		this.asked = [];
	}

	/** Those that ended last first; where nothing else is said, those of the highest number. */
	builds_of(url, end) {
		const [tag, definition, branch, top, order, status] = ["tagFilters", "definitions", "branchName", "$top", "queryOrder", "statusFilter"].map((name) => url.searchParams.get(name));
		if (order !== "finishTimeDescending" || status !== "completed") return end(400, "{}");
		const fault = this.builds.faults?.shift();
		if (fault) return end(fault, "{}");
		const all = Object.entries(this.builds).filter(([id]) => /^\d+$/.test(id)).map(([id, one]) => ({
			id: Number(id), tags: one.tags ?? [], finish: one.finish ?? Number(id), definition: { id: one.definition ?? 7 },
			sourceBranch: one.branch ?? "refs/heads/main", startTime: new Date(1e12 + (one.start ?? Number(id)) * 6e4).toISOString(),
		}));
		const found = all.filter((one) => (!tag || one.tags.includes(tag)) && (!definition || String(one.definition.id) === definition) && (!branch || one.sourceBranch === branch))
			.sort((a, b) => b.finish - a.finish).slice(0, Number(top));
		return end(200, JSON.stringify({ count: found.length, value: found }));
	}

	definition(id, end) {
		return id === "7" ? end(200, '{"id": 7, "repository": {"type": "TfsGit", "defaultBranch": "refs/heads/main"}}') : end(404, "{}");
	}

	attachments(build, id, type, origin) {
		const chosen = (build.attachments ?? []).filter((one) => one.type === type);
		const value = chosen.map((one) => ({
			name: one.name,
			_links: { self: { href: `${origin}/contoso/${PROJECT}/_apis/build/builds/${id}/${TIMELINE}/${one.record}/attachments/${type}/${encodeURIComponent(one.name)}` } },
		}));
		return JSON.stringify({ count: value.length, value });
	}

	answer(request, response, url, origin) {
		const cors = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "authorization, accept, content-type, x-tfs-fedauthredirect" };
		if (request.method === "OPTIONS") return response.writeHead(204, cors).end();
		const end = (status, text, type = "application/json") => response.writeHead(status, { ...cors, "Content-Type": type }).end(text);
		this.asked.push(url.pathname);
		if (request.headers.authorization !== `Bearer ${TOKEN}`) return end(401, "");
		if (!url.searchParams.get("api-version")) return end(400, '{"message": "no api-version"}');
		if (url.pathname === `/contoso/${PROJECT}/_apis/build/builds`) return this.builds_of(url, end);
		const of = new RegExp(`^/contoso/${PROJECT}/_apis/build/definitions/(\\d+)$`).exec(url.pathname);
		if (of) return this.definition(of[1], end);
		const [, id, rest] = new RegExp(`^/contoso/${PROJECT}/_apis/build/builds/(\\d+)/(.*)$`).exec(url.pathname) ?? [];
		const build = this.builds[id];
		if (!build) return end(404, '{"message": "TF215106"}');
		const fault = build.faults?.shift();
		if (fault) return end(fault, fault === 203 ? "<html>Sign in" : '{"message": "no"}');
		const list = /^attachments\/([\w.]+)$/.exec(rest);
		if (list) return end(200, this.attachments(build, id, list[1], origin));
		const [, timeline, record, type, name] = /^([\w-]+)\/([\w-]+)\/attachments\/([\w.]+)\/(.+)$/.exec(rest) ?? [];
		const found = (build.attachments ?? []).find((one) => one.record === record && one.type === type && one.name === decodeURIComponent(name));
		if (!found || timeline !== TIMELINE) return end(404, "{}");
		return this.send(response, cors, found, end);
	}

	send(response, cors, found, end) {
		if (typeof found.fault === "number") return end(found.fault, "{}");
		const head = { ...cors, "Content-Type": "application/octet-stream" };
		if (found.fault === "huge") {
			response.writeHead(200, head);
			const block = Buffer.alloc(1 << 20, 32);
			const more = () => { while (!response.destroyed && response.write(block)); };
			return response.on("drain", more), more();
		}
		const bytes = readFileSync(found.file);
		if (found.fault === "broken off") {
			response.writeHead(200, { ...head, "Content-Length": bytes.length });
			return response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
		}
		const send = () => response.writeHead(200, head).end(bytes);
		return found.fault === "slow" ? setTimeout(send, 1500) : send();
	}
}

/** Starts it on loopback. `open({page, build, theme, ...})` gives the address of a host's page. */
export async function start({ pages, modules, esbuild, builds }) {
	const script = await frameScript(modules, esbuild);
	const service = new Service(builds);
	const files = new Map(readdirSync(pages).map((name) => [`/${name}`, readFileSync(join(pages, name))]));
	const server = createServer(certificate(), (request, response) => {
		const url = new URL(request.url, origins.host);
		const [name] = request.headers.host.split(".");
		if (name === "extension") {
			const file = files.get(url.pathname);
			return response.writeHead(file ? 200 : 404, { "Content-Type": TYPES[extname(url.pathname)] ?? "text/plain" }).end(file);
		}
		if (url.pathname.startsWith("/contoso/")) return service.answer(request, response, url, origins.host);
		if (url.pathname === "/frame.js") return response.writeHead(200, { "Content-Type": TYPES[".js"] }).end(script);
		const given = url.searchParams.get("given") ?? "{}";
		const html = `<!doctype html><html lang="en"><title>host</title><script type="application/json" id="given">${given.replaceAll("<", "\\u003c")}</script><body><script src="/frame.js"></script>`;
		return response.writeHead(200, { "Content-Type": TYPES[".html"] }).end(html);
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", done));
	const { port } = server.address();
	const origins = { host: `https://azure.localhost:${port}`, extension: `https://extension.localhost:${port}` };
	const open = ({ page, build, theme = "light", contribution = "modelgate.modelgate.model-gates-tab", query, hash, height = 860 }) => {
		const given = {
			extension: origins.extension, page: `${origins.extension}/${page}`, service: `${origins.host}/contoso/`, project: PROJECT, token: TOKEN,
			theme: THEMES[theme], build: build && { status: 2, ...build, project: { id: PROJECT, name: "ml" } }, contribution, query, hash, height,
		};
		return `${origins.host}/?given=${encodeURIComponent(JSON.stringify(given))}`;
	};
	return { open, service, asked: service.asked, close: () => server.close() };
}
