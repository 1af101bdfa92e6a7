/* api.c: finds DuckDB's library and its functions, only when they are needed. */
#include "engine/duckdb/api.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/text.h"

#define LIBRARY "libduckdb.so"
/* The first release whose sandbox follows symbolic links: 1.4 reads /etc/passwd through one. */
enum { LEAST_MAJOR = 1, LEAST_MINOR = 5 };

#define ADVICE                                                                                     \
	"install DuckDB 1.5 or newer and name its library in MODELGATE_DUCKDB "                    \
	"(MODELGATE_DUCKDB=/path/to/" LIBRARY ")"

/* The folder of the running program, or NULL. */
static char *program_folder(struct mg_arena *arena)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (n <= 0)
		return NULL;
	path[n] = '\0';
	return mg_path_dir(arena, path);
}

/* Sanitizers refuse RTLD_DEEPBIND: it would bypass their own malloc. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DEEPBIND 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
	__has_feature(memory_sanitizer)
#define DEEPBIND 0
#endif
#endif
#ifndef DEEPBIND
#define DEEPBIND RTLD_DEEPBIND
#endif

static void *open_library(const char *path)
{
	/* Lazy: binding 60,000 symbols that are never called would cost more than all else. Deep:
	 * those that are bound at once are sought in DuckDB first, not in each library that the
	 * program has. */
	return dlopen(path, RTLD_LAZY | RTLD_LOCAL | DEEPBIND);
}

static int find_library(void **out, struct mg_arena *arena, struct mg_error *err)
{
	const char *named = getenv("MODELGATE_DUCKDB");
	if (named && *named) {
		*out = open_library(named);
		if (*out)
			return MG_OK;
		return mg_fail(err, MG_EENGINE,
			"cannot open the DuckDB library that MODELGATE_DUCKDB names: %s",
			dlerror());
	}
	const char *root = getenv("DUCKDB_ROOT");
	if (root && *root) {
		*out = open_library(mg_path_join(arena, root, "lib/" LIBRARY));
		if (*out)
			return MG_OK;
		return mg_fail(err, MG_EENGINE,
			"cannot open the DuckDB library under DUCKDB_ROOT: %s", dlerror());
	}
	const char *folder = program_folder(arena);
	const char *places[] = {
		folder ? mg_path_join(arena, folder, LIBRARY) : NULL,
		folder ? mg_path_join(arena, folder, "../lib/" LIBRARY) : NULL,
		LIBRARY,
#ifdef MG_DUCKDB_BUILD_LIBRARY
		MG_DUCKDB_BUILD_LIBRARY,
#endif
	};
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (!places[i] || (strchr(places[i], '/') && !mg_file_exists(places[i])))
			continue;
		*out = open_library(places[i]);
		if (*out)
			return MG_OK;
		const char *why = dlerror();
		if (strchr(places[i], '/')) /* it is there, but of no use: say so */
			return mg_fail(err, MG_EENGINE,
				"cannot open the DuckDB library: %s; " ADVICE, why);
	}
	return mg_fail(err, MG_EENGINE,
		"cannot find the DuckDB library " LIBRARY
		" (looked in %s, in ../lib beside it, and "
		"where the system keeps libraries); " ADVICE,
		folder ? folder : "the program's folder");
}

static int check_version(const char *version, struct mg_error *err)
{
	/* "v1.5.5"; builds from source may say "v1.5-dev123". */
	char *end = NULL;
	const char *s = *version == 'v' ? version + 1 : version;
	long major = strtol(s, &end, 10);
	long minor = *end == '.' ? strtol(end + 1, &end, 10) : 0;
	if (end == s || major > LEAST_MAJOR || (major == LEAST_MAJOR && minor >= LEAST_MINOR))
		return MG_OK;
	return mg_fail(err, MG_EENGINE, "DuckDB %s is too old; " ADVICE, version);
}

int mg_duckdb_load(struct mg_duckdb_api *out, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	void *library = NULL;
	MG_TRY(find_library(&library, arena, err));
	struct mg_duckdb_api api;
	void *symbol = dlsym(library, "duckdb_library_version");
	/* Copied because ISO C does not let an object pointer become a function pointer. */
	memcpy(&api.library_version, &symbol, sizeof(symbol));
	if (!symbol)
		return mg_fail(err, MG_EENGINE, "the DuckDB library has no C API; " ADVICE);
	MG_TRY(check_version(api.library_version(), err));
#define FIND(name)                                                                                 \
	symbol = dlsym(library, "duckdb_" #name);                                                  \
	if (!symbol)                                                                               \
		return mg_fail(err, MG_EENGINE,                                                    \
			"DuckDB %s lacks the function duckdb_" #name "; " ADVICE,                  \
			api.library_version());                                                    \
	memcpy(&api.name, &symbol, sizeof(symbol));
	MG_DUCKDB_FUNCTIONS(FIND)
#undef FIND
	*out = api;
	return MG_OK;
}
