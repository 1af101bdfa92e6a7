// gate: answers an environment's check, "is version V (or commit C) of model M in stage S, with evidence that
// holds?", by asking modelgate. An Azure Function (custom handler), or any container that takes HTTP.
// Whatever goes wrong is no: a check passes only on an answer that modelgate gave.
import { execFile } from "node:child_process";
import { createHash, timingSafeEqual } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";

const LONGEST_BODY = 4096;
const MOST_WAITING = 20;
const MOST_MODELS = 50;
const COMMAND_MS = 10 * 60 * 1000;
const CALLBACK_MS = 30 * 1000;
const CALLBACK_TRIES = 6;

/** A setting, without which nothing may start. */
function demand(name, what) {
	const value = process.env[name];
	if (!value) {
		console.error(`gate: the environment has no ${name}: ${what}`);
		process.exit(2);
	}
	return value;
}

const repository = demand("GATE_REPOSITORY", "the address of the repository with the tags");
const key = demand("GATE_KEY", "the secret that a check must send");
delete process.env.GATE_KEY; // git and modelgate have no use for it
const collection = demand("GATE_COLLECTION", "the organization that is called back, as https://dev.azure.com/ORG/");
const branch = process.env.GATE_BRANCH ?? "main";
const port = Number(process.env.FUNCTIONS_CUSTOMHANDLER_PORT ?? process.env.PORT ?? 8080);
const clone = join(process.env.GATE_FOLDER ?? mkdtempSync(join(tmpdir(), "gate-")), "repository");

// ---- the question ----

// Nothing that begins with a dash, and no $(variable) that the service did not know.
const FIELDS = {
	model: /^[A-Za-z0-9_][\w/:.-]{0,199}$/,
	stage: /^[A-Za-z0-9_][\w.-]{0,63}$/,
	version: /^v?\d[\w.+-]{0,63}$/,
	commit: /^[0-9a-f]{40}$/,
};

/** Fields that are no text: is the value what it should be? */
const OTHERS = {
	callback: (value) => typeof value === "boolean",
	models: (value) =>
		Array.isArray(value) &&
		value.length > 0 &&
		value.length <= MOST_MODELS &&
		value.every((name) => typeof name === "string" && FIELDS.model.test(name)),
};

/** Whoever asks is told what is wrong with the question; the status is HTTP's. */
class Refusal extends Error {
	constructor(status, message) {
		super(message);
		this.status = status;
	}
}

function readQuestion(text) {
	let question;
	try {
		question = JSON.parse(text);
	} catch {
		throw new Refusal(400, "the body is no JSON");
	}
	if (typeof question !== "object" || question === null || Array.isArray(question)) {
		throw new Refusal(400, "the body is no JSON object");
	}
	for (const [name, value] of Object.entries(question)) {
		if (!Object.hasOwn(FIELDS, name) && !Object.hasOwn(OTHERS, name)) {
			const fields = Object.keys(FIELDS).join(", ");
			throw new Refusal(400, `the body may hold ${fields}, models: a list of names, and callback: true or false`);
		}
		const good = OTHERS[name]?.(value) ?? (typeof value === "string" && FIELDS[name].test(value));
		if (!good) {
			throw new Refusal(400, `${name} is not what a ${name} looks like`);
		}
	}
	if (!question.model === !question.models || !question.stage || !(question.version || question.commit)) {
		throw new Refusal(400, "the body needs model or models, stage, and version or commit");
	}
	return question;
}

const digest = (text) => createHash("sha256").update(text).digest();

/** The key comes in a header of its own, or as the password of a generic service connection. */
function mayAsk(headers) {
	const [scheme, coded = ""] = (headers.authorization ?? "").split(" ");
	const login = scheme.toLowerCase() === "basic" ? Buffer.from(coded, "base64").toString() : ":";
	const given = headers["x-gate-key"] ?? login.slice(login.indexOf(":") + 1);
	return timingSafeEqual(digest(given), digest(key));
}

// ---- the answer ----

/** {status, out, err}; secrets go by the environment only. */
function run(program, words, environment = {}) {
	const options = { env: { ...process.env, ...environment }, timeout: COMMAND_MS, maxBuffer: 64 << 20 };
	return new Promise((resolve) => {
		execFile(program, words, options, (error, out, err) => {
			resolve({ status: error ? (error.code ?? "none") : 0, out, err: err || (error?.message ?? "") });
		});
	});
}

/** The login stands in the environment, for the repository's own address alone. */
function gitEnvironment() {
	const { MODELGATE_GIT_USER: user = "gate", MODELGATE_GIT_TOKEN: token } = process.env;
	if (!token) return {};
	return {
		GIT_CONFIG_COUNT: "2",
		GIT_CONFIG_KEY_0: `http.${repository}.extraheader`,
		GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from(`${user}:${token}`).toString("base64")}`,
		GIT_CONFIG_KEY_1: "http.followRedirects", // the header would go along
		GIT_CONFIG_VALUE_1: "false",
	};
}

async function git(what, ...words) {
	const { status, err } = await run("git", words, { GIT_TERMINAL_PROMPT: "0", ...gitEnvironment() });
	if (status !== 0) {
		throw new Error(`the repository could not be ${what}: ${err.trim()}`);
	}
}

/** The file that the rules name as allowed_signers, in a line of its own; undefined: none. */
function signersFile() {
	const rules = join(clone, ".modelgate.yaml");
	const line = /^allowed_signers:[ \t]+(?:"([^"\\]*)"|'([^']*)'|([^"'#\s].*?))(?:[ \t]+#.*)?\s*$/m;
	const found = existsSync(rules) ? line.exec(readFileSync(rules, "utf8")) : null;
	return found ? posix.normalize(found[1] ?? found[2] ?? found[3]) : undefined;
}

/** Of the branch's files those at the top, and the keys that may sign, wherever they lie. */
async function bringFiles() {
	const signers = signersFile();
	const keys = signers ? [`/${signers.replace(/[\\*?[\]]/g, "\\$&")}`] : [];
	await git("checked out", "-C", clone, "sparse-checkout", "set", "--no-cone", "/*", "!/*/", ...keys);
}

/** The branch as it is now: its .modelgate.yaml has the rules. Data stay away, as do tags: modelgate fetches
 * these itself, with their evidence. */
async function refresh() {
	// A folder that lasts may have a clone of what GATE_REPOSITORY was before.
	const { out: address } = await run("git", ["-C", clone, "config", "--get", "remote.origin.url"]);
	if (address.trim() !== repository) {
		const fresh = `${clone}.new`; // what is cut off is not taken for a clone
		rmSync(fresh, { recursive: true, force: true });
		const lean = ["--sparse", "--filter=blob:none", "--no-tags", "--single-branch"];
		await git("cloned", "clone", "--quiet", ...lean, "--branch", branch, "--", repository, fresh);
		rmSync(clone, { recursive: true, force: true });
		renameSync(fresh, clone);
	} else {
		await git("fetched", "-C", clone, "fetch", "--quiet", "--no-tags", "origin", branch);
		await git("checked out", "-C", clone, "reset", "--quiet", "--hard", "FETCH_HEAD");
	}
	await bringFiles();
}

/** {good, why, standing}, by modelgate's word. */
async function askOne({ model, stage, version, commit }) {
	const words = ["verify", "--repo", clone, "--remote", "origin", "--stage", stage, "--json"];
	if (version) words.push("--version", version);
	if (commit) words.push("--commit", commit);
	const { status, out, err } = await run("modelgate", [...words, "--", model]);
	if (status !== 0 && status !== 1) {
		throw new Error(err.trim() || `modelgate ended with ${status}`);
	}
	const said = JSON.parse(out);
	return {
		good: status === 0 && said.good === true && said.standing?.stage === stage,
		why: said.findings.filter((finding) => finding.break).map((f) => `${f.tag ?? f.model}: ${f.text}`),
		standing: said.standing,
	};
}

/** Of several models each must have a yes. */
async function ask(question) {
	await refresh();
	if (!question.models) return askOne(question);
	const told = { good: true, why: [], standing: {} };
	for (const model of question.models) {
		const one = await askOne({ ...question, model });
		told.good &&= one.good;
		told.why.push(...(one.good || one.why.length > 0 ? one.why : [`${model}: no`]));
		told.standing[model] = one.standing;
	}
	return told;
}

/** One after the other: they share a clone. */
let last = Promise.resolve();
let waiting = 0;

function answer(question) {
	if (waiting >= MOST_WAITING) {
		throw new Refusal(503, "too many questions at once");
	}
	waiting++;
	const mine = last.then(() => ask(question)).finally(() => waiting--);
	last = mine.catch(() => {});
	return mine;
}

/** What data says is on one line of the log. */
function log(question, text) {
	const line = `${question.model ?? question.models.join(", ")} ${question.stage} ${question.version ?? question.commit}: ${text}`;
	console.log(line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " "));
}

// ---- calling back ----

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Where the decision goes, by the headers that a check sends; only to the organization of GATE_COLLECTION. */
function readReturn(headers) {
	const of = (name) => headers[name.toLowerCase()] ?? "";
	const slashed = (address) => address.replace(/\/*$/, "/").toLowerCase();
	if (slashed(of("PlanUrl")) !== slashed(collection)) {
		throw new Refusal(403, "PlanUrl is not the organization that this gate answers to");
	}
	for (const name of ["ProjectId", "PlanId", "JobId", "TaskInstanceId"]) {
		if (!GUID.test(of(name))) {
			throw new Refusal(400, `the header ${name} is no GUID`);
		}
	}
	if (!/^[A-Za-z]+$/.test(of("HubName")) || !of("AuthToken")) {
		throw new Refusal(400, "the headers HubName and AuthToken are needed to call back");
	}
	const plan = `${of("ProjectId")}/_apis/distributedtask/hubs/${of("HubName")}/plans/${of("PlanId")}`;
	return {
		address: new URL(`${plan}/events?api-version=2.0-preview.1`, collection.replace(/\/*$/, "/")),
		token: of("AuthToken"),
		event: { name: "TaskCompleted", taskId: of("TaskInstanceId"), jobId: of("JobId") },
	};
}

/** Tries again when the service does not take it; if it never does, the check's timeout is a no. */
async function callBack({ address, token, event }, good) {
	const request = {
		method: "POST",
		headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
		body: JSON.stringify({ ...event, result: good ? "succeeded" : "failed" }),
		redirect: "error",
	};
	let trouble;
	for (let i = 0; i < CALLBACK_TRIES; i++) {
		if (i > 0) await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** i));
		try {
			const { status } = await fetch(address, { ...request, signal: AbortSignal.timeout(CALLBACK_MS) });
			if (status < 300) return;
			trouble = `HTTP ${status}`;
			if (status < 500 && status !== 429) break;
		} catch (error) {
			trouble = error.cause?.message ?? error.message;
		}
	}
	throw new Error(`the service did not take the decision: ${trouble}`);
}

async function decideLater(question, to, asked) {
	let good = false;
	try {
		const told = await asked;
		good = told.good;
		log(question, good ? "yes" : `no: ${told.why.join("; ")}`);
	} catch (error) {
		log(question, `no, since nobody could tell: ${error.message}`);
	}
	await callBack(to, good).catch((error) => log(question, error.message));
}

// ---- HTTP ----

async function readBody(request) {
	let text = "";
	for await (const part of request.setEncoding("utf8")) {
		text += part;
		if (text.length > LONGEST_BODY) {
			throw new Refusal(413, `the body is longer than ${LONGEST_BODY} characters`);
		}
	}
	return text;
}

/** [status, body]. A no is no 200 either, so that a check without success criteria holds as well. */
async function serve(request) {
	if (new URL(request.url, "http://gate").pathname !== "/api/gate") throw new Refusal(404, "ask /api/gate");
	if (!mayAsk(request.headers)) throw new Refusal(401, "the key is missing or wrong");
	if (request.method !== "POST") throw new Refusal(405, "ask by POST");
	const question = readQuestion(await readBody(request));
	if (question.callback) {
		const to = readReturn(request.headers);
		decideLater(question, to, answer(question));
		return [202, { status: "accepted" }];
	}
	try {
		const { good, why, standing } = await answer(question);
		log(question, good ? "yes" : `no: ${why.join("; ")}`);
		return [good ? 200 : 409, { status: good ? "succeeded" : "failed", why, standing }];
	} catch (error) {
		if (error instanceof Refusal) throw error;
		log(question, `no, since nobody could tell: ${error.message}`);
		throw new Refusal(500, "modelgate could not be asked; the gate's log says why");
	}
}

const server = createServer(async (request, response) => {
	const [status, body] = await serve(request).catch((error) => {
		if (error instanceof Refusal) return [error.status, { status: "failed", why: [error.message] }];
		console.error(error);
		return [500, { status: "failed", why: ["a bug of the gate; its log says where"] }];
	});
	response.writeHead(status, { "Content-Type": "application/json", Connection: "close" });
	response.end(JSON.stringify(body));
});
server.listen(port, () => console.log(`gate: listening on port ${server.address().port}`));
