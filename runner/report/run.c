/* run: the words of a verdict, and how the verdicts of all checks make one. */
#include <modelgate/run.h>

const char *mg_verdict_word(enum mg_verdict verdict)
{
	static const char *const words[] = {"pass", "warn", "fail", "skip", "error"};
	return words[verdict];
}

size_t mg_part_of(size_t index, size_t of)
{
	return index % of + 1;
}

void mg_run_close(struct mg_run *run)
{
	struct mg_counts n = {0};
	for (size_t i = 0; i < run->result_count; i++) {
		switch (run->results[i].verdict) {
		case MG_PASS:
			n.pass++;
			break;
		case MG_WARN:
			n.warn++;
			break;
		case MG_FAIL:
			n.fail++;
			break;
		case MG_SKIP:
			n.skip++;
			break;
		case MG_ERROR:
			n.error++;
			break;
		}
	}
	run->counts = n;
	/* A run that was stopped has not seen everything, so it can't say that all is well. */
	bool judged = n.pass || n.warn || n.fail;
	if (n.error || run->stopped || !judged)
		run->verdict = MG_ERROR;
	else
		run->verdict = n.fail ? MG_FAIL : n.warn ? MG_WARN : MG_PASS;
}
