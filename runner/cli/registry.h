/* registry.h: what the commands about models share: opening a repository's ledger, and telling events
 * to people and programs. */
#ifndef MG_CLI_REGISTRY_H
#define MG_CLI_REGISTRY_H

#include <modelgate/error.h>
#include <modelgate/release.h>

#include "base/text.h"
#include "cli/cli.h"
#include "registry/authority.h"
#include "release/event_words.h"
#include "report/json_out.h"

struct mg_registry {
	struct mg_arena *arena;
	struct mg_git git;
	struct mg_authority authority; /* whose rules count */
	struct mg_ledger ledger;
	struct mg_map lacks; /* contents that this clone has not, with --missing */
};

/* A remote whose branches and tags were just read. */
struct mg_registry_remote {
	const char *name;
	const struct mg_remote_refs *refs;
};

/* Every command that reads the registry has these options. */
#define MG_REGISTRY_OPTIONS                                                                          \
	{.name = "policy-ref",                                                                       \
		.value = "BRANCH",                                                                   \
		.help = "branch whose .modelgate.yaml counts; by default the remote's default one"}, \
	{                                                                                            \
		.name = "repo", .value = "DIR", .default_text = ".",                                 \
		.help = "folder inside the repository"                                               \
	}
#define MG_MISSING_OPTION                                                                          \
	{                                                                                          \
		.name = "missing",                                                                 \
		.help = "print instead the ids of contents that it needs and this partial clone "  \
			"lacks, for git fetch --stdin; until there are none"                       \
	}
#define MG_AS_OF_OPTION                                                                            \
	{                                                                                          \
		.name = "as-of", .value = "TIME",                                                  \
		.help = "the time that ages count to, as 2026-11-23T04:05:06Z; now by default"     \
	}

/* Opens the repository of --repo and its ledger, of one model or of all (NULL), by the policy of the protected
 * branch: of `asked`, or of the clone when that is NULL. Where the branch is not known a note says what stands
 * in. */
MG_MUST_USE int mg_registry_open(struct mg_cli *cli, const struct mg_args *args,
	const struct mg_registry_remote *asked, const char *model, struct mg_registry *out,
	struct mg_error *err);
/* Whose rules count in an open repository. */
MG_MUST_USE int mg_registry_authority(struct mg_cli *cli, const struct mg_args *args,
	const struct mg_registry_remote *asked, const struct mg_git *git, struct mg_authority *out,
	struct mg_error *err);
void mg_registry_close(struct mg_registry *registry);
#define MG_SCOPED_REGISTRY __attribute__((cleanup(mg_registry_close)))
/* Its only model; MG_ENOTFOUND names the nearest of those there are, or how to make the first. */
MG_MUST_USE int mg_registry_model(const struct mg_registry *registry, const char *name,
	const struct mg_model **out, struct mg_error *err);
/* With --missing: what was read, with this outcome, lacks those contents; nothing to read lacks none. */
MG_MUST_USE int mg_registry_print_missing(
	struct mg_cli *cli, const struct mg_map *lacks, const struct mg_error *err);
/* The clock: --as-of, else now. */
MG_MUST_USE int mg_registry_clock(
	const struct mg_args *args, int64_t *out_us, struct mg_error *err);

/* As gto writes them: "2026-11-25T02:21:49+00:00", in the tagger's own time zone. */
const char *mg_event_time(struct mg_arena *arena, const struct mg_event *event);
/* The fields of `gto history --json`, then ours. */
void mg_event_json(
	struct mg_json *json, const struct mg_model *model, const struct mg_event *event);
/* Ours alone: id, counter, decision, reason, ... into an open object. */
void mg_event_json_ours(struct mg_json *json, const struct mg_event *event);

/* ---- tables of cells that come from git ---- */

struct mg_listing {
	struct mg_arena *arena;
	size_t columns;
	const char **cells; /* safe ones, row by row */
	size_t count, capacity;
};
void mg_listing_init(struct mg_listing *table, struct mg_arena *arena, size_t columns);
/* The next cell, made safe; NULL is "-". Whole rows only. */
void mg_listing_add(struct mg_listing *table, const char *cell);
/* The first row is bold; columns are parted by two blanks. */
void mg_listing_print(
	const struct mg_listing *table, struct mg_text *out, const struct mg_style *style);

#endif
