/* signature.c: has ssh-keygen sign and verify. It is started without a shell and without a terminal, so
 * it can ask nobody for a passphrase. */
#include "evidence/signature.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"

/* A key in hardware wants to be touched. */
static const double TIMEOUT_S = 120;
enum { OUT_MAX_BYTES = 1 << 20 };

/* The environment, in which nobody is asked for a passphrase, and messages are English. */
static char **quiet_environment(struct mg_arena *arena)
{
	size_t count = 0, kept = 0;
	while (environ[count])
		count++;
	char **list = mg_alloc_array(arena, count + 3, sizeof(*list));
	for (size_t i = 0; i < count; i++)
		if (!mg_starts_with(environ[i], "SSH_ASKPASS") &&
			!mg_starts_with(environ[i], "LC_ALL="))
			list[kept++] = environ[i];
	list[kept++] = mg_strdup(arena, "SSH_ASKPASS_REQUIRE=never");
	list[kept++] = mg_strdup(arena, "LC_ALL=C");
	return list;
}

/* It reads the bytes. */
static int run_keygen(struct mg_arena *arena, const char *const *arguments, const char *bytes,
	size_t len, struct mg_process_done *out, struct mg_error *err)
{
	const struct mg_process process = {.arguments = arguments,
		.environment = quiet_environment(arena),
		.input = bytes,
		.input_len = len,
		.until = mg_clock_ticks() + TIMEOUT_S,
		.out_max_bytes = OUT_MAX_BYTES,
		.more_max_bytes = OUT_MAX_BYTES};
	int code = mg_process_run(arena, &process, out, err);
	if (code == MG_ENOTFOUND)
		return mg_fail(err, MG_EIO,
			"ssh-keygen is not installed, and signatures are made and checked by it; install "
			"openssh-client");
	return code == MG_OK ? MG_OK : mg_fail_in(err, "ssh-keygen");
}

/* What it complained, in one line. */
static char *complaint(struct mg_arena *arena, const struct mg_process_done *done)
{
	char *text = done->complaints.data;
	for (char *p = text; *p; p++)
		if (*p == '\r' || *p == '\n')
			*p = p[1] && p[1] != '\r' && p[1] != '\n' ? ';' : ' ';
	size_t len = strlen(text);
	while (len && text[len - 1] == ' ')
		text[--len] = '\0';
	return *text ? text : mg_strdup(arena, "it does not say why");
}

/* ssh-keygen would wait for ever for what a pipe might bring. */
static int check_is_file(const char *path, const char *what, struct mg_error *err)
{
	struct stat state;
	if (stat(path, &state) != 0)
		return mg_fail(err, MG_ENOTFOUND, "there is no %s %s", what, path);
	if (!S_ISREG(state.st_mode))
		return mg_fail(
			err, MG_EUSAGE, "%s is not a file, so it cannot be the %s", path, what);
	return MG_OK;
}

int mg_signature_make(struct mg_arena *arena, const char *key, const char *name_space,
	const char *bytes, size_t len, char **out, struct mg_error *err)
{
	const char *const arguments[] = {
		"ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", name_space, NULL};
	struct mg_process_done done;
	if (!mg_file_exists(key))
		return mg_fail(err, MG_ENOTFOUND,
			"there is no key %s; --sign takes the file of an SSH key (ssh-keygen -t "
			"ed25519 makes one)",
			key);
	MG_TRY(check_is_file(key, "key", err));
	MG_TRY(run_keygen(arena, arguments, bytes, len, &done, err));
	if (done.status == 0 && mg_starts_with(done.out.data, "-----BEGIN SSH SIGNATURE-----")) {
		*out = done.out.data;
		return MG_OK;
	}
	char *why = complaint(arena, &done);
	if (strstr(why, "passphrase"))
		return mg_fail(err, MG_EIO,
			"the key %s has a passphrase, and modelgate does not ask for it (%s). Load the "
			"key into an agent (ssh-add) and give --sign %s.pub, or use a key without a "
			"passphrase",
			key, why, key);
	return mg_fail(err, MG_EIO, "ssh-keygen cannot sign with %s: %s", key, why);
}

/* ---- verify ---- */

/* ssh-keygen wants signature and signers as files with names; NULL with err when it cannot be written. */
static char *name_bytes(struct mg_arena *arena, const char *bytes, size_t len, struct mg_error *err)
{
	const char *folder = getenv("TMPDIR");
	char *path = mg_path_join(arena, folder && *folder ? folder : "/tmp", "modelgate.XXXXXX");
	int fd = mkstemp(path);
	if (fd < 0) {
		mg_fail(err, MG_EIO, "cannot write %s: %s", path, strerror(errno));
		return NULL;
	}
	ssize_t n = write(fd, bytes, len);
	int failed = errno;
	close(fd);
	if (n < 0 || (size_t)n != len) {
		unlink(path);
		mg_fail(err, MG_EIO, "cannot write %s: %s", path, strerror(failed));
		return NULL;
	}
	return path;
}

/* The time as ssh-keygen wants it, which is the local one; NULL when none is known. */
static const char *verify_time(struct mg_arena *arena, int64_t time_us)
{
	time_t seconds = (time_t)(time_us / 1000000);
	struct tm tm;
	char text[32];
	if (seconds <= 0 || !localtime_r(&seconds, &tm) ||
		strftime(text, sizeof(text), "%Y%m%d%H%M%S", &tm) != 14)
		return NULL;
	return mg_printf(arena, "-Overify-time=%s", text);
}

/* What is checked, and the names of the files that it is checked with. */
struct check {
	struct mg_arena *arena;
	const struct mg_signers *signers;
	const struct mg_signed *what;
	char *allowed, *signature;
	const char *when;
};

/* What it complained, with the name that people know the file by. */
static const char *complaint_of(const struct check *c, const struct mg_process_done *done)
{
	const char *text = complaint(c->arena, done), *at = strstr(text, c->allowed);
	if (!at)
		return text;
	return mg_printf(c->arena, "%.*s%s%s", (int)(at - text), text, c->signers->path,
		at + strlen(c->allowed));
}

/* Whose key it is: NULL with *out_why when the file names nobody. */
static int find_signer(
	const struct check *c, char **out, const char **out_why, struct mg_error *err)
{
	const char *const arguments[] = {"ssh-keygen", "-Y", "find-principals", "-f", c->allowed,
		"-s", c->signature, c->when, NULL};
	struct mg_process_done done;
	MG_TRY(run_keygen(c->arena, arguments, NULL, 0, &done, err));
	char *signer = done.out.data;
	signer[strcspn(signer, "\n")] = '\0';
	*out = done.status == 0 && *signer ? signer : NULL;
	if (!*out)
		*out_why = mg_printf(c->arena,
			"the signature is by a key that %s does not name: %s", c->signers->path,
			complaint_of(c, &done));
	return MG_OK;
}

static int check_named(
	const struct check *c, const char **out_signer, const char **out_why, struct mg_error *err)
{
	struct mg_process_done done;
	char *signer = NULL;
	MG_TRY(find_signer(c, &signer, out_why, err));
	if (!signer)
		return MG_OK;
	const char *const arguments[] = {"ssh-keygen", "-Y", "verify", "-f", c->allowed, "-I",
		signer, "-n", c->what->name_space, "-s", c->signature, c->when, NULL};
	MG_TRY(run_keygen(c->arena, arguments, c->what->bytes, c->what->len, &done, err));
	*out_signer = signer;
	*out_why = done.status == 0 ? NULL
				    : mg_printf(c->arena, "the signature of %s is not valid: %s",
					      signer, complaint_of(c, &done));
	return MG_OK;
}

int mg_signature_check(struct mg_arena *arena, const struct mg_signers *signers,
	const struct mg_signed *what, const char **out_signer, const char **out_why,
	struct mg_error *err)
{
	*out_signer = NULL;
	*out_why = signers->problem;
	if (signers->problem)
		return MG_OK;
	struct check c = {.arena = arena,
		.signers = signers,
		.what = what,
		.when = verify_time(arena, what->time_us)};
	c.allowed = name_bytes(arena, signers->text, signers->len, err);
	if (!c.allowed)
		return MG_EIO;
	c.signature = name_bytes(arena, what->signature, strlen(what->signature), err);
	int code = c.signature ? check_named(&c, out_signer, out_why, err) : MG_EIO;
	unlink(c.allowed);
	if (c.signature)
		unlink(c.signature);
	return code;
}

const char *mg_signature_rest(const char *signature)
{
	static const char end[] = "-----END SSH SIGNATURE-----";
	const char *at = strstr(signature, end);
	if (!at)
		return "its signature has no end";
	at += sizeof(end) - 1;
	return *at == '\0' || mg_streq(at, "\n") ? NULL : "there are bytes after its signature";
}

bool mg_signer_is(struct mg_arena *arena, const char *signer, const char *email)
{
	for (const char *s = signer; *s;) {
		size_t n = strcspn(s, ",");
		if (mg_glob_match(mg_strndup(arena, s, n), email))
			return true;
		s += n + (s[n] == ',');
	}
	return false;
}
