/* statement.c: statements on the wire: waited for with an eye on the cancel, told in words when they fail. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/postgres/engine.h"
#include "engine/sql/dialect.h"

enum { MOST_CELLS = 1000000, MOST_TEXT = 64 << 20, OID_BIGINT = 20, OID_DOUBLE = 701 };

/* ---- names and texts ---- */

const char *mg_postgres_literal(struct mg_arena *arena, const char *text)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	mg_dialect_text(&mg_dialect_postgres, &out, text);
	return out.data;
}

const char *mg_postgres_name(struct mg_arena *arena, const char *name)
{
	struct mg_text out;
	mg_text_init(&out, arena);
	mg_dialect_name(&mg_dialect_postgres, &out, name);
	return out.data;
}

/* ---- failures ---- */

const char *mg_postgres_one_line(struct mg_arena *arena, const char *text)
{
	char *line = mg_strdup(arena, text ? text : "no reason given");
	for (char *s = line; *s; s++)
		if (*s == '\n' || *s == '\t')
			*s = ' ';
	for (size_t len = strlen(line); len && line[len - 1] == ' ';)
		line[--len] = '\0';
	return mg_text_short(arena, line, 500);
}

/* Where a spec redacts, only messages about the SQL, rights and the server are sure to quote no value. */
static bool may_quote_values(const char *state)
{
	static const char *const plain[] = {"08", "25", "28", "3D", "3F", "40", "42", "53", "57"};
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (mg_starts_with(state, plain[i]))
			return false;
	return true;
}

static int fail_lost(const struct mg_postgres_wire *wire, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	return mg_fail(err, MG_EENGINE, "the connection to PostgreSQL was lost: %s",
		mg_postgres_one_line(arena, wire->api->errorMessage(wire->con)));
}

static int fail_result(const struct mg_postgres_wire *wire, PGresult *result, struct mg_error *err)
{
	MG_SCOPED_ARENA struct mg_arena *arena = mg_arena_new();
	const char *state = wire->api->resultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = wire->api->resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	state = state ? state : "";
	if (wire->cancelled && atomic_load(wire->cancelled))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	if (!*state || wire->api->status(wire->con) == CONNECTION_BAD)
		return mg_fail(err, MG_EENGINE, "the connection to PostgreSQL was lost: %s",
			mg_postgres_one_line(
				arena, text ? text : wire->api->errorMessage(wire->con)));
	if (wire->redacts && may_quote_values(state))
		return mg_fail(err, MG_EENGINE,
			"PostgreSQL cannot work with a value (SQLSTATE %s; more is not shown, since "
			"it may quote values and the spec redacts some)",
			state);
	const char *hint = "";
	if (mg_streq(state, "57014"))
		hint = "; statement_timeout of the connection, of the role or of the server ended it";
	else if (mg_streq(state, "42501"))
		hint = strstr(text ? text : "", "row-level security")
			? "; row-level security hides rows of the table from this role, and a gate that "
			  "sees some rows only says nothing of the others"
			: "; GRANT SELECT on it to the role that the gate logs in as";
	return mg_fail(err, MG_EENGINE, "%s%s", mg_postgres_one_line(arena, text), hint);
}

/* ---- waiting ---- */

/* The server is told; the answer, most likely that it was stopped, is waited for as before. Told again, since a
 * cancel that comes before the statement does nothing. */
static void pass_on_cancel(const struct mg_postgres_wire *wire, double *told)
{
	char ignored[256];
	double now = mg_clock_ticks();
	if (!wire->cancelled || !atomic_load(wire->cancelled) || now - *told < 0.25)
		return;
	*told = now;
	PGcancel *cancel = wire->api->getCancel(wire->con);
	if (cancel)
		wire->api->cancel(cancel, ignored, sizeof(ignored));
	wire->api->freeCancel(cancel);
}

static int wait_for(
	const struct mg_postgres_wire *wire, bool sending, double *told, struct mg_error *err)
{
	enum { LOOK_MS = 20 };
	struct pollfd fd = {.fd = wire->api->socket(wire->con),
		.events = (short)(sending ? POLLIN | POLLOUT : POLLIN)};
	int ready = fd.fd < 0 ? -1 : poll(&fd, 1, LOOK_MS);
	if (ready < 0 && (fd.fd < 0 || errno != EINTR))
		return fail_lost(wire, err);
	pass_on_cancel(wire, told);
	if (ready > 0 && (fd.revents & (POLLIN | POLLERR | POLLHUP)) &&
		!wire->api->consumeInput(wire->con))
		return fail_lost(wire, err);
	return MG_OK;
}

/* All that was sent, and the last result that came back. */
static int receive(const struct mg_postgres_wire *wire, PGresult **out, struct mg_error *err)
{
	PGresult *last = NULL;
	double told = 0;
	int code = MG_OK, unsent = 1;
	for (;;) {
		unsent = unsent ? wire->api->flush(wire->con) : 0;
		code = unsent < 0 ? fail_lost(wire, err) : MG_OK;
		if (code == MG_OK && (unsent || wire->api->isBusy(wire->con))) {
			code = wait_for(wire, unsent, &told, err);
			if (code == MG_OK)
				continue;
		}
		PGresult *result = code == MG_OK ? wire->api->getResult(wire->con) : NULL;
		if (!result)
			break;
		ExecStatusType status = wire->api->resultStatus(last);
		if (last && (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE)) {
			wire->api->clear(result); /* the first failure says why */
			continue;
		}
		wire->api->clear(last);
		last = result;
	}
	ExecStatusType status = last ? wire->api->resultStatus(last) : PGRES_FATAL_ERROR;
	if (code == MG_OK && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		code = last ? fail_result(wire, last, err) : fail_lost(wire, err);
	if (code == MG_OK && out)
		*out = last;
	else
		wire->api->clear(last);
	return code;
}

static int start(const struct mg_postgres_wire *wire, struct mg_error *err)
{
	if (wire->cancelled && atomic_load(wire->cancelled))
		return mg_fail(err, MG_ECANCELLED, "the query was stopped");
	return MG_OK;
}

int mg_postgres_ask(
	const struct mg_postgres_wire *wire, const char *sql, PGresult **out, struct mg_error *err)
{
	MG_TRY(start(wire, err));
	/* With parameters, if none: the protocol takes one statement then, no more. */
	if (!wire->api->sendQueryParams(wire->con, sql, 0, NULL, NULL, NULL, NULL, 0))
		return fail_lost(wire, err);
	return receive(wire, out, err);
}

static int ask_columns(
	const struct mg_postgres_wire *wire, const char *sql, PGresult **out, struct mg_error *err)
{
	MG_TRY(start(wire, err));
	if (!wire->api->sendPrepare(wire->con, "", sql, 0, NULL))
		return fail_lost(wire, err);
	MG_TRY(receive(wire, NULL, err));
	if (!wire->api->sendDescribePrepared(wire->con, ""))
		return fail_lost(wire, err);
	return receive(wire, out, err);
}

/* ---- in a session ---- */

static bool redacts(const struct mg_engine *engine)
{
	for (size_t i = 0; i < engine->spec->data_count; i++)
		if (engine->spec->data[i].redact.count)
			return true;
	return false;
}

static struct mg_postgres_wire wire_of(struct mg_session *session)
{
	return (struct mg_postgres_wire){
		&session->engine->api, session->con, &session->cancelled, redacts(session->engine)};
}

typedef int asking(
	const struct mg_postgres_wire *wire, const char *sql, PGresult **out, struct mg_error *err);

static int in_savepoint(struct mg_session *session, asking *ask, const char *sql, PGresult **out,
	struct mg_error *err)
{
	struct mg_error ignored = {0};
	MG_TRY(mg_postgres_connect(session, err));
	const struct mg_postgres_wire wire = wire_of(session);
	MG_TRY(mg_postgres_ask(&wire, "SAVEPOINT modelgate", NULL, err));
	int code = ask(&wire, sql, out, err);
	const char *end = code == MG_OK ? "RELEASE SAVEPOINT modelgate"
					: "ROLLBACK TO SAVEPOINT modelgate";
	int ended = mg_postgres_ask(&wire, end, NULL, code == MG_OK ? err : &ignored);
	if (code == MG_OK && ended != MG_OK) {
		session->engine->api.clear(*out);
		*out = NULL;
	}
	return code == MG_OK ? ended : code;
}

int mg_postgres_run(
	struct mg_session *session, const char *sql, PGresult **out, struct mg_error *err)
{
	struct mg_engine *engine = session->engine;
	int code = in_savepoint(session, mg_postgres_ask, sql, out, err);
	atomic_fetch_add(&engine->statements, 1);
	if (code == MG_OK)
		atomic_fetch_add(&engine->rows, engine->api.ntuples(*out));
	return code;
}

int mg_postgres_columns(
	struct mg_session *session, const char *sql, PGresult **out, struct mg_error *err)
{
	return in_savepoint(session, ask_columns, sql, out, err);
}

/* ---- cells ---- */

static struct mg_cell decode_cell(const struct mg_libpq_api *api, PGresult *result, int row,
	int column, struct mg_arena *arena)
{
	struct mg_cell cell = {.type = MG_CELL_NULL};
	if (api->getisnull(result, row, column))
		return cell;
	const char *text = api->getvalue(result, row, column);
	switch (api->ftype(result, column)) {
	case OID_BIGINT:
		cell.type = MG_CELL_INTEGER;
		cell.integer = strtoll(text, NULL, 10);
		break;
	case OID_DOUBLE: /* "NaN", "Infinity" and the shortest digits that read back */
		cell.type = MG_CELL_REAL;
		cell.real = strtod(text, NULL);
		break;
	default:
		cell.type = MG_CELL_TEXT;
		cell.text = mg_strndup(arena, text, (size_t)api->getlength(result, row, column));
	}
	return cell;
}

int mg_postgres_decode(const struct mg_libpq_api *api, PGresult *result, struct mg_arena *arena,
	struct mg_table *out, const char ***out_columns, struct mg_error *err)
{
	size_t rows = (size_t)api->ntuples(result), columns = (size_t)api->nfields(result),
	       text = 0;
	if (rows * columns > MOST_CELLS)
		return mg_fail(
			err, MG_ELIMIT, "the query returned more than %d values", MOST_CELLS);
	struct mg_cell *cells = mg_alloc_array(arena, rows * columns + 1, sizeof(*cells));
	const char **names = mg_alloc_array(arena, columns, sizeof(*names));
	for (size_t c = 0; c < columns; c++)
		names[c] = mg_strdup(arena, api->fname(result, (int)c));
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < columns; c++) {
			struct mg_cell *cell = &cells[r * columns + c];
			text += (size_t)api->getlength(result, (int)r, (int)c);
			if (text > MOST_TEXT)
				return mg_fail(err, MG_ELIMIT,
					"the query returned more than %s of text",
					mg_human_bytes(arena, MOST_TEXT));
			*cell = decode_cell(api, result, (int)r, (int)c, arena);
		}
	*out = (struct mg_table){.cells = cells, .rows = rows, .columns = columns};
	if (out_columns)
		*out_columns = names;
	return MG_OK;
}
