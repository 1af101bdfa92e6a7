/** secrets: what a step is trusted with. It goes to the program by its environment or by a file that
 * only this user can read, never by the command line. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tl from "azure-pipelines-task-lib/task";

/** The job's own token, or undefined. */
function jobToken(): string | undefined {
	const token = tl.getEndpointAuthorization("SystemVssConnection", true)?.parameters["AccessToken"];
	if (token) {
		tl.setSecret(token);
	}
	return token;
}

/** The job's token, as the program wants it, for repositories of Azure Repos alone: no other server
 * may see it. One that the step maps itself stays. */
export function tokenForRepository(): Record<string, string> {
	const ours = tl.getVariable("Build.Repository.Provider") === "TfsGit";
	const token = ours && !process.env["SYSTEM_ACCESSTOKEN"] ? jobToken() : undefined;
	return token ? { SYSTEM_ACCESSTOKEN: token } : {};
}

/** Fetches a secure file and calls `use` with its path; it is gone afterwards. */
export async function withSecureFile<T>(id: string, use: (path: string) => Promise<T>): Promise<T> {
	const collection = tl.getVariable("System.CollectionUri") ?? tl.getVariable("System.TeamFoundationCollectionUri");
	const project = tl.getVariable("System.TeamProjectId");
	const ticket = tl.getSecureFileTicket(id);
	const token = jobToken();
	if (!collection || !project || !ticket || !token) {
		throw new Error(
			"The agent gave no access to the secure file. Was this pipeline permitted to use it (Library, Secure files)?",
		);
	}
	const address = new URL(`${project}/_apis/distributedtask/securefiles/${encodeURIComponent(id)}`, collection);
	address.searchParams.set("ticket", ticket);
	address.searchParams.set("download", "true");
	const answer = await fetch(address, {
		headers: { Authorization: `Bearer ${token}`, Accept: "application/octet-stream;api-version=5.0-preview.1" },
	});
	if (!answer.ok) {
		throw new Error(`The secure file could not be fetched: the server answered ${answer.status}.`);
	}
	const folder = mkdtempSync(join(tl.getVariable("Agent.TempDirectory") ?? tmpdir(), "modelgate-"));
	try {
		chmodSync(folder, 0o700);
		const file = join(folder, "key");
		writeFileSync(file, Buffer.from(await answer.arrayBuffer()), { mode: 0o600 });
		return await use(file);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
