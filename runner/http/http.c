/* http.c: libcurl, with everything that could go on for ever or elsewhere turned off. */
#include "http/http.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/text.h"
#include "http/secret.h"

static const double CONNECT_S = 15;

int mg_http_open(struct mg_http *out, const char *service, const char *bearer, double until,
	struct mg_error *err)
{
	struct mg_http http = {.service = service, .bearer = bearer, .until = until};
	MG_TRY(mg_curl_load(&http.curl, err));
	http.handle = http.curl.easy_init();
	if (!http.handle)
		return mg_fail(err, MG_EIO, "libcurl does not start");
	*out = http;
	return MG_OK;
}

void mg_http_close(struct mg_http *http)
{
	if (http->handle)
		http->curl.easy_cleanup(http->handle);
	http->handle = NULL;
}

/* libcurl knows where certificates were on the system that it was built for; ours may be a bundle. */
static const char *certificates(void)
{
	static const char *const named[] = {"GIT_SSL_CAINFO", "SSL_CERT_FILE"};
	static const char *const usual[] = {
		"/etc/ssl/certs/ca-certificates.crt", /* Debian, Ubuntu, Alpine, Arch */
		"/etc/pki/tls/certs/ca-bundle.crt",   /* Red Hat, Fedora */
		"/etc/ssl/ca-bundle.pem",             /* SUSE */
	};
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		const char *file = getenv(named[i]);
		if (file && *file)
			return file;
	}
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (mg_file_exists(usual[i]))
			return usual[i];
	return NULL;
}

struct gathered {
	struct mg_text text;
	bool too_much;
	const char *wanted; /* a header's name, or NULL */
	const char *header; /* its value */
};

static size_t gather(char *bytes, size_t size, size_t count, void *context)
{
	struct gathered *g = context;
	size_t n = size * count;
	g->too_much = g->too_much || n > MG_HTTP_ANSWER_MAX_BYTES - g->text.len;
	if (g->too_much)
		return 0; /* ends the call */
	mg_text_add_bytes(&g->text, bytes, n);
	return n;
}

/* One line of the answer's head, with its line end. */
static size_t gather_header(char *bytes, size_t size, size_t count, void *context)
{
	struct gathered *g = context;
	size_t n = size * count, len = g->wanted ? strlen(g->wanted) : n;
	if (len >= n || strncasecmp(bytes, g->wanted, len) != 0 || bytes[len] != ':')
		return n;
	const char *from = bytes + len + 1, *end = bytes + n;
	while (from < end && (*from == ' ' || *from == '\t'))
		from++;
	while (end > from && strchr(" \t\r\n", end[-1]))
		end--;
	g->header = mg_strndup(g->text.arena, from, (size_t)(end - from));
	return n;
}

static int explain(const struct mg_http *http, struct mg_arena *arena, CURLcode code,
	const struct gathered *g, const char *said, struct mg_error *err)
{
	if (g->too_much)
		return mg_fail(err, MG_EIO, "%s answers with more than %s", http->service,
			mg_human_bytes(arena, MG_HTTP_ANSWER_MAX_BYTES));
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return mg_fail(err, MG_ECANCELLED, "the call to %s was stopped", http->service);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return mg_fail(err, MG_ETIMEOUT, "%s does not answer in time", http->service);
	const char *why = mg_secret_mask(
		arena, *said ? said : http->curl.easy_strerror(code), &http->bearer, 1);
	bool certificate = code == CURLE_PEER_FAILED_VERIFICATION ||
		code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CONNECT_ERROR;
	return mg_fail(err, MG_EIO, "%s cannot be reached: %s%s", http->service,
		mg_log_safe_cut(arena, why, 300),
		certificate ? "; if the server's certificate is your organization's own, name its "
			      "CA file in SSL_CERT_FILE"
			    : "");
}

/* A proxy that the environment names would see what goes over plain HTTP, which is for this machine only. */
static bool is_plain(const char *url)
{
	return mg_starts_with(url, "http://");
}

static int watch(
	void *context, curl_off_t to_come, curl_off_t came, curl_off_t to_go, curl_off_t went)
{
	(void)to_come, (void)came, (void)to_go, (void)went;
	const struct mg_http *http = context;
	return http->stop && atomic_load(http->stop); /* not 0 ends the call */
}

static struct curl_slist *with(
	const struct mg_http *http, struct curl_slist *headers, const char *line)
{
	struct curl_slist *more = http->curl.slist_append(headers, line);
	if (!more)
		mg_out_of_memory();
	return more;
}

static struct curl_slist *headers_of(
	const struct mg_http *http, struct mg_arena *arena, const struct mg_http_request *request)
{
	const char *authorization = request->authorization;
	if (!authorization)
		authorization = mg_printf(arena, "Bearer %s", http->bearer);
	const char *type = request->content_type ? request->content_type : "application/json";
	const char *accept = request->accept ? request->accept : "application/json";
	const char *lines[] = {mg_printf(arena, "Accept: %s", accept),
		mg_printf(arena, "Content-Type: %s", type), "Expect:" /* send the body at once */,
		*authorization ? mg_printf(arena, "Authorization: %s", authorization) : NULL};
	struct curl_slist *headers = NULL;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (lines[i])
			headers = with(http, headers, lines[i]);
	for (size_t i = 0; request->headers && request->headers[i]; i++)
		headers = with(http, headers, request->headers[i]);
	return headers;
}

int mg_http_send(struct mg_http *http, struct mg_arena *arena,
	const struct mg_http_request *request, struct mg_http_answer *out, struct mg_error *err)
{
	double left = http->until - mg_clock_ticks();
	if (left <= 0)
		return mg_fail(err, MG_ETIMEOUT, "%s does not answer in time", http->service);
	const struct mg_curl_api *curl = &http->curl;
	CURL *h = http->handle;
	char said[CURL_ERROR_SIZE] = "";
	struct gathered g = {.wanted = request->wanted};
	mg_text_init(&g.text, arena);
	struct curl_slist *headers = headers_of(http, arena, request);
	curl->easy_setopt(h, CURLOPT_URL, request->url);
	curl->easy_setopt(h, CURLOPT_HTTPGET, 1L);
	if (request->body) {
		size_t len = request->body_len ? request->body_len : strlen(request->body);
		curl->easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)len);
		curl->easy_setopt(h, CURLOPT_POSTFIELDS, request->body);
	}
	curl->easy_setopt(h, CURLOPT_CUSTOMREQUEST, request->method);
	curl->easy_setopt(h, CURLOPT_HTTPHEADER, headers);
	curl->easy_setopt(h, CURLOPT_USERAGENT, "modelgate/" MG_VERSION);
	curl->easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
	curl->easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl->easy_setopt(h, CURLOPT_TIMEOUT_MS, (long)ceil(fmin(left, 86400) * 1000));
	curl->easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, (long)ceil(fmin(left, CONNECT_S) * 1000));
	curl->easy_setopt(h, CURLOPT_WRITEFUNCTION, gather);
	curl->easy_setopt(h, CURLOPT_WRITEDATA, &g);
	curl->easy_setopt(h, CURLOPT_HEADERFUNCTION, gather_header);
	curl->easy_setopt(h, CURLOPT_HEADERDATA, &g);
	curl->easy_setopt(h, CURLOPT_ERRORBUFFER, said);
	curl->easy_setopt(h, CURLOPT_NOPROGRESS, http->stop ? 0L : 1L);
	curl->easy_setopt(h, CURLOPT_XFERINFOFUNCTION, watch);
	curl->easy_setopt(h, CURLOPT_XFERINFODATA, http);
	curl->easy_setopt(h, CURLOPT_PROXY, is_plain(request->url) ? "" : NULL);
	const char *trusted = certificates();
	if (trusted)
		curl->easy_setopt(h, CURLOPT_CAINFO, trusted);
	CURLcode code = curl->easy_perform(h);
	long status = 0, connects = 0;
	curl_off_t wait = 0;
	curl->easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
	curl->easy_getinfo(h, CURLINFO_RETRY_AFTER, &wait);
	curl->easy_getinfo(h, CURLINFO_NUM_CONNECTS, &connects);
	curl->easy_setopt(h, CURLOPT_ERRORBUFFER, NULL);
	curl->slist_free_all(headers);
	if (code != CURLE_OK)
		return explain(http, arena, code, &g, said, err);
	*out = (struct mg_http_answer){.status = (int)status,
		.body = g.text.data,
		.len = g.text.len,
		.retry_after_s = wait > 0 ? (double)wait : -1,
		.header = g.header,
		.connected = connects > 0};
	return MG_OK;
}

int mg_http_call(struct mg_http *http, struct mg_arena *arena, const char *method, const char *url,
	const char *body, struct mg_http_answer *out, struct mg_error *err)
{
	const struct mg_http_request request = {.method = method, .url = url, .body = body};
	return mg_http_send(http, arena, &request, out, err);
}
