/** ModelgateInstall: puts the program on PATH for the steps that follow, once it has answered. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { spawnSync } from "node:child_process";
import * as tl from "azure-pipelines-task-lib/task";
import { path, text } from "../common/inputs";
import { parsed, textAt } from "../common/json";
import { harmless, say } from "../common/log";
import { main, succeed, trouble } from "../common/outcome";
import { run } from "../common/program";

const ARCHIVE = /\.(tar\.gz|tgz)$/;

async function sha256(file: string): Promise<string> {
	const hash = createHash("sha256");
	await pipeline(createReadStream(file), hash);
	return hash.digest("hex");
}

async function check(file: string, wanted: string): Promise<void> {
	const found = await sha256(file);
	if (found !== wanted.toLowerCase()) {
		throw new Error(`${file} is not what was asked for: its SHA-256 is ${found}, not ${wanted.toLowerCase()}.`);
	}
}

/** The bundle that came with this task, and the digest that it was packed with. */
function bundled(): { file: string; digest: string } {
	const folder = join(__dirname, "bundle");
	const name = existsSync(folder) ? readdirSync(folder).find((entry) => ARCHIVE.test(entry)) : undefined;
	if (!name) {
		throw new Error(
			`This copy of the task comes without modelgate itself. Use "source: path" or "source: url".`,
		);
	}
	if (process.platform !== "linux" || process.arch !== "x64") {
		throw new Error(
			`The modelgate that comes with this task is for Linux on x64, and this agent is ${process.platform} on ` +
				`${process.arch}. Use "source: path" or "source: url" with a program built for it.`,
		);
	}
	const [digest = ""] = readFileSync(join(folder, `${name}.sha256`), "utf8").split(" ");
	return { file: join(folder, name), digest };
}

async function download(url: string, to: string): Promise<void> {
	// The path and the query of an address may hold a signature: the log gets the host only.
	const { origin } = new URL(url);
	say(`downloading from ${origin}`);
	const answer = await fetch(url).catch((error: Error) => {
		const why = error.cause instanceof Error ? error.cause.message : error.message;
		throw new Error(`The bundle could not be fetched from ${origin}: ${why}`);
	});
	if (!answer.ok || !answer.body) {
		throw new Error(`The server answered ${answer.status} ${harmless(answer.statusText)} for the given address.`);
	}
	await pipeline(Readable.fromWeb(answer.body), createWriteStream(to));
}

/** Unpacks a bundle where agents keep tools, once for each content; gives the folder. */
async function unpack(archive: string): Promise<string> {
	const tools = tl.getVariable("Agent.ToolsDirectory") ?? join(tmpdir(), "tools");
	const folder = join(tools, "modelgate", (await sha256(archive)).slice(0, 16));
	if (existsSync(folder)) {
		return folder;
	}
	mkdirSync(dirname(folder), { recursive: true });
	const fresh = mkdtempSync(`${folder}.`);
	const words = ["--extract", "--gzip", "--no-same-owner", "--strip-components=1", "--file", archive];
	const tar = spawnSync("tar", [...words, "--directory", fresh], { encoding: "utf8" });
	if (tar.status !== 0) {
		rmSync(fresh, { recursive: true, force: true });
		throw new Error(`${archive} could not be unpacked: ${tar.error?.message ?? tar.stderr.trim()}`);
	}
	try {
		renameSync(fresh, folder);
	} catch (error) {
		// Another job of this machine may have been faster.
		rmSync(fresh, { recursive: true, force: true });
		if (!existsSync(folder)) throw error;
	}
	return folder;
}

/** The program in what was named: itself, an unpacked bundle, or a packed one. */
async function locate(named: string): Promise<string> {
	if (!existsSync(named)) {
		throw new Error(`There is nothing at ${named}.`);
	}
	if (ARCHIVE.test(named)) {
		return locate(await unpack(named));
	}
	if (!statSync(named).isDirectory()) {
		if (basename(named) !== "modelgate") {
			throw new Error(`${named} is not named modelgate, and the other tasks look for that name on PATH.`);
		}
		return named;
	}
	const program = [join(named, "bin", "modelgate"), join(named, "modelgate")].find((file) => existsSync(file));
	if (!program) {
		throw new Error(`The folder ${named} has no bin/modelgate and no modelgate in it.`);
	}
	return program;
}

async function fromPath(): Promise<string> {
	const named = path("path");
	if (!named) {
		throw new Error(`The input "path" says where modelgate is; it is needed with "source: path".`);
	}
	const digest = text("sha256");
	if (digest) {
		await check(existsSync(named) && statSync(named).isDirectory() ? await locate(named) : named, digest);
	}
	return locate(resolve(named));
}

async function fromUrl(): Promise<string> {
	const url = text("url");
	const digest = text("sha256");
	if (!url || !digest) {
		throw new Error(
			`"source: url" needs the inputs "url" and "sha256": what comes over the network is not started unseen.`,
		);
	}
	const folder = mkdtempSync(join(tl.getVariable("Agent.TempDirectory") ?? tmpdir(), "modelgate-"));
	const archive = join(folder, "modelgate.tar.gz");
	await download(url, archive);
	await check(archive, digest);
	return locate(archive);
}

async function fromTask(): Promise<string> {
	const { file, digest } = bundled();
	await check(file, text("sha256") ?? digest);
	return locate(file);
}

/** Its version, by its own words. */
async function ask(program: string): Promise<string> {
	const answer = await run(program, ["version", "--json"], { capture: true });
	if (answer.status !== 0) {
		throw new Error(trouble(answer, "modelgate does not tell its version"));
	}
	const said = parsed(answer.out);
	const version = textAt(said, "version");
	if (textAt(said, "name") !== "modelgate" || !version) {
		throw new Error(`${program} answered "version --json" as modelgate does not.`);
	}
	return version;
}

const SOURCES: Record<string, () => Promise<string>> = { bundled: fromTask, path: fromPath, url: fromUrl };

main(async () => {
	const source = text("source") ?? "bundled";
	const obtain = SOURCES[source];
	if (!obtain) {
		throw new Error(`The input "source" is "${source}"; it may be ${Object.keys(SOURCES).join(", ")}.`);
	}
	const program = await obtain();
	const version = await ask(program);
	const wanted = text("version");
	if (wanted && wanted !== version) {
		throw new Error(`${program} is modelgate ${version}, and version ${wanted} was asked for.`);
	}
	tl.prependPath(dirname(program));
	tl.setVariable("version", version, false, true);
	tl.setVariable("program", program, false, true);
	succeed(`modelgate ${version} from ${program}`);
});
