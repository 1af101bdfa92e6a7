/* pool.c: a connection is opened when all others are in use, and kept for the next call. */
#include "http/pool.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"

static const double CALL_S = 60, FIRST_WAIT_S = 0.3, LONGEST_WAIT_S = 30;
enum { MOST_TRIES = 6 };

struct mg_http_line {
	struct mg_http http;
	struct mg_http_line *next;
};

static int open_line(struct mg_http_pool *pool, struct mg_http_line **out, struct mg_error *err)
{
	struct mg_http_line *line = calloc(1, sizeof(*line));
	if (!line)
		mg_out_of_memory();
	int code = mg_http_open(&line->http, pool->service, "", 0, err);
	if (code == MG_OK)
		*out = line;
	else
		free(line);
	return code;
}

static int take_line(struct mg_http_pool *pool, struct mg_http_line **out, struct mg_error *err)
{
	pthread_mutex_lock(&pool->lock);
	*out = pool->idle;
	if (*out)
		pool->idle = (*out)->next;
	pthread_mutex_unlock(&pool->lock);
	return *out ? MG_OK : open_line(pool, out, err);
}

static void give_back(struct mg_http_pool *pool, struct mg_http_line *line)
{
	pthread_mutex_lock(&pool->lock);
	line->next = pool->idle;
	pool->idle = line;
	pthread_mutex_unlock(&pool->lock);
}

int mg_http_pool_open(struct mg_http_pool *out, const char *service, struct mg_error *err)
{
	struct mg_http_line *line;
	*out = (struct mg_http_pool){.service = service, .lock = PTHREAD_MUTEX_INITIALIZER};
	MG_TRY(open_line(out, &line, err));
	give_back(out, line);
	return MG_OK;
}

void mg_http_pool_close(struct mg_http_pool *pool)
{
	for (struct mg_http_line *line = pool->idle, *next; line; line = next) {
		next = line->next;
		mg_http_close(&line->http);
		free(line);
	}
	pool->idle = NULL;
}

static int send_once(struct mg_http_pool *pool, struct mg_arena *arena,
	const struct mg_http_request *request, struct mg_http_answer *out, struct mg_error *err)
{
	struct mg_http_line *line;
	assert(request->authorization);
	MG_TRY(take_line(pool, &line, err));
	line->http.until = mg_clock_ticks() + CALL_S;
	int code = mg_http_send(&line->http, arena, request, out, err);
	give_back(pool, line);
	return code;
}

static bool is_busy(int status)
{
	return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
		status == 504;
}

int mg_http_pool_call(struct mg_http_pool *pool, struct mg_arena *arena,
	const struct mg_http_request *request, struct mg_http_answer *out, struct mg_error *err)
{
	double pause = FIRST_WAIT_S;
	for (int tries = 1;; tries++, pause *= 2) {
		int code = send_once(pool, arena, request, out, err);
		bool again = code == MG_OK ? is_busy(out->status)
					   : code == MG_EIO || code == MG_ETIMEOUT;
		if (!again || tries == MOST_TRIES)
			return code;
		double wait = code == MG_OK ? out->retry_after_s : 0;
		double nap = fmin(fmax(pause, wait), LONGEST_WAIT_S);
		nanosleep(&(struct timespec){.tv_sec = (time_t)nap,
				  .tv_nsec = (long)((nap - floor(nap)) * 1e9)},
			NULL);
	}
}
