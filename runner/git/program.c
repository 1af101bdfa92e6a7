/* program.c: git, which is told by the environment what other users would see on a command line. */
#include "git/program.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "base/text.h"
#include "git/foreign.h"

/* More than a million refs; more of what a hostile server sends is not kept. */
static const size_t OUT_MAX_BYTES = 256 << 20, MORE_MAX_BYTES = 256 << 10;

/* ---- the environment ---- */

struct environment {
	struct mg_arena *arena;
	char **list;
	size_t count, capacity;
	long settings; /* GIT_CONFIG_KEY_<n>, GIT_CONFIG_VALUE_<n> */
};

static void add(struct environment *e, char *entry)
{
	e->list = mg_grow(e->arena, e->list, e->count, &e->capacity, sizeof(*e->list));
	e->list[e->count++] = entry;
}

static void set(struct environment *e, const char *name, const char *value)
{
	add(e, mg_printf(e->arena, "%s=%s", name, value));
}

static void set_config(struct environment *e, const char *key, const char *value)
{
	add(e, mg_printf(e->arena, "GIT_CONFIG_KEY_%ld=%s", e->settings, key));
	add(e, mg_printf(e->arena, "GIT_CONFIG_VALUE_%ld=%s", e->settings, value));
	e->settings++;
}

/* As set_config, for what belongs to one address: "http.<url>.extraHeader". */
static void set_for(struct environment *e, const char *section, const char *url, const char *key,
	const char *value)
{
	set_config(e, mg_printf(e->arena, "%s.%s.%s", section, url, key), value);
}

/* What would lead git to another repository, have it ask somebody, or write more than it is asked. */
static bool is_ours_to_say(const char *entry)
{
	static const char *const starts[] = {"GIT_DIR=", "GIT_WORK_TREE=", "GIT_COMMON_DIR=",
		"GIT_OBJECT_DIRECTORY=", "GIT_ALTERNATE_OBJECT_DIRECTORIES=", "GIT_SHALLOW_FILE=",
		"GIT_INDEX_FILE=", "GIT_NAMESPACE=", "GIT_CONFIG_COUNT=", "GIT_TRACE",
		"GIT_CURL_VERBOSE=", "GIT_TERMINAL_PROMPT=", "GIT_ASKPASS=", "SSH_ASKPASS",
		"LC_ALL="};
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (mg_starts_with(entry, starts[i]))
			return true;
	return false;
}

/* A way to log in that we have is the only one: a helper would be asked when it is refused. */
static void set_login(struct environment *e, const struct mg_remote *remote)
{
	const char *header = mg_remote_header(e->arena, remote), *url = remote->url;
	if (header) {
		set_for(e, "http", url, "extraHeader", ""); /* forgets what checkout left */
		set_for(e, "http", url, "extraHeader", header);
		set_for(e, "http", url, "followRedirects", "false");
		set_for(e, "credential", url, "helper", "");
	} else if (remote->asks_as) {
		set_for(e, "credential", url, "username", remote->asks_as);
	}
}

#define SSH "ssh -o BatchMode=yes"
#define IN_HOME(key, file) " -o " key "=\"\\\"$HOME/.ssh/" file "\\\"\""

/* ssh looks for its files where the account's home is; everything else goes by HOME. */
static const char *ssh_command(void)
{
	struct passwd entry, *account = NULL;
	char room[16384];
	const char *home = getenv("HOME");
	if (!home ||
		(getpwuid_r(geteuid(), &entry, room, sizeof(room), &account) == 0 && account &&
			mg_streq(account->pw_dir, home)))
		return SSH;
	return SSH IN_HOME("UserKnownHostsFile", "known_hosts") IN_HOME("IdentityFile",
		"id_ed25519") IN_HOME("IdentityFile", "id_ecdsa") IN_HOME("IdentityFile", "id_rsa");
}

static void set_transport(struct environment *e, const struct mg_remote *remote)
{
	/* The whole list is wanted, so what later protocols save is one more request. */
	set_config(e, "protocol.version", "0");
	/* What is read must be what is written, whatever else is to be rewritten. */
	set_for(e, "url", remote->url, "insteadOf", MG_GIT_REMOTE);
	set_for(e, "url", remote->url, "pushInsteadOf", MG_GIT_REMOTE);
	if (remote->partial)
		set_for(e, "remote", MG_GIT_REMOTE, "promisor", "true");
	if (remote->ca_file)
		set_config(e, "http.sslCAInfo", remote->ca_file);
	if (remote->proxy)
		set_config(e, "http.proxy", remote->proxy);
	if (!remote->own_ssh && !getenv("GIT_SSH_COMMAND") && !getenv("GIT_SSH"))
		set(e, "GIT_SSH_COMMAND", ssh_command());
	if (!getenv("GIT_ALLOW_PROTOCOL"))
		set(e, "GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh");
}

static char **make_environment(
	struct mg_arena *arena, const struct mg_remote *remote, const char *folder)
{
	struct environment e = {.arena = arena};
	const char *settings = getenv("GIT_CONFIG_COUNT");
	e.settings = settings ? strtol(settings, NULL, 10) : 0;
	for (char **entry = environ; *entry; entry++)
		if (!is_ours_to_say(*entry))
			add(&e, *entry);
	set_login(&e, remote);
	set_transport(&e, remote);
	set(&e, "GIT_CONFIG_COUNT", mg_printf(arena, "%ld", e.settings));
	set(&e, "GIT_DIR", folder);
	set(&e, "GIT_TERMINAL_PROMPT", "0");
	set(&e, "GIT_ASKPASS", "");
	set(&e, "SSH_ASKPASS_REQUIRE", "never");
	set(&e, "LC_ALL", "C");
	set(&e, "GIT_TRACE", MG_PROCESS_TRACE);
	set(&e, "GIT_TRACE_CURL", MG_PROCESS_TRACE);
	set(&e, "GIT_TRACE_CURL_NO_DATA", "1");
	add(&e, NULL);
	return e.list;
}

/* ---- what it did ---- */

/* "... <= Recv header: HTTP/1.1 401 Unauthorized" */
static void read_header(const char *header, bool to_proxy, struct mg_git_done *out)
{
	static const char type[] = "content-type: application/x-git-";
	if (mg_starts_with(header, "HTTP/")) {
		const char *space = strchr(header, ' ');
		int status = space ? (int)strtol(space, NULL, 10) : 0;
		if (!to_proxy || status != 200) /* that it lets us through is no answer */
			out->http_status = status;
	} else if (strncasecmp(header, type, sizeof(type) - 1) == 0) {
		out->spoke_git = true;
	}
}

static void read_trace(char *trace, struct mg_git_done *out)
{
	static const char received[] = "<= Recv header: ", sent[] = "=> Send header: ";
	char *rest = NULL;
	const char *at;
	bool to_proxy = false;
	for (char *line = strtok_r(trace, "\r\n", &rest); line;
		line = strtok_r(NULL, "\r\n", &rest)) {
		if ((at = strstr(line, received)))
			read_header(at + sizeof(received) - 1, to_proxy, out);
		else if ((at = strstr(line, sent)) && strstr(at, " HTTP/"))
			to_proxy = mg_starts_with(at + sizeof(sent) - 1, "CONNECT ");
		else if (strstr(line, "run_command: git pack-objects"))
			out->sent = true;
	}
}

int mg_git_program(struct mg_arena *arena, const struct mg_git *git, const struct mg_remote *remote,
	const char *const *arguments, double until, struct mg_git_done *out, struct mg_error *err)
{
	MG_SCOPED_GIT_FOLDER struct mg_git_folder folder = {0};
	struct mg_process_done done;
	MG_TRY(mg_git_folder_open(arena, git->folder, &folder, err));
	const struct mg_process process = {.arguments = arguments,
		.environment = make_environment(arena, remote, folder.path),
		.folder = git->top ? git->top : git->folder, /* as git does: relative paths */
		.until = until,
		.out_max_bytes = OUT_MAX_BYTES,
		.more_max_bytes = MORE_MAX_BYTES};
	int code = mg_process_run(arena, &process, &done, err);
	if (code == MG_ENOTFOUND)
		return mg_fail(err, MG_EUSAGE,
			"there is no git program in PATH, and modelgate needs it to reach %s; install "
			"git (2.31 or later)",
			remote->address);
	if (code == MG_ELIMIT)
		return mg_fail(err, MG_ELIMIT, "%s lists more than %s of refs", remote->address,
			mg_human_bytes(arena, (double)OUT_MAX_BYTES));
	MG_TRY(code);
	*out = (struct mg_git_done){.status = done.status,
		.out = done.out.data,
		.complaints = done.complaints.data,
		.spoke_git = !remote->http};
	read_trace(done.trace.data, out);
	return MG_OK;
}
