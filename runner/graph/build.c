/* build.c: a model's tags as nodes, each with what verify finds of it. */
#include "graph/build.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "evidence/evidence.h"
#include "evidence/inputs.h"
#include "graph/lookup.h"
#include "registry/ledger.h"
#include "registry/tag_name.h"
#include "release/audit.h"
#include "release/verify.h"

/* What becomes of one event. */
struct place {
	struct mg_graph_node *tag;
	enum mg_graph_proof proof;
	const char *why;
	const char *verdict; /* of its decision, or NULL */
};

struct builder {
	struct mg_graph *graph;
	const struct mg_graph_source *source;
	const struct mg_model *model;
	struct mg_verified verified;
	struct mg_graph_lookup lookup;
	struct place *places; /* of each event */
	bool is_broken;       /* what stands where follows from tags of which some are wrong */
};

/* ---- versions ---- */

struct mg_graph_node *mg_graph_commit(
	struct mg_graph *graph, const char *commit, enum mg_graph_proof proof)
{
	bool is_new = false;
	struct mg_graph_node *node = mg_graph_add(graph, MG_GRAPH_COMMIT,
		mg_printf(graph->arena, "commit:%s", commit),
		mg_printf(graph->arena, "%.7s", commit), &is_new);
	if (is_new)
		mg_graph_add_fact(graph, node, "commit", commit);
	if (is_new || proof < node->proof)
		node->proof = proof;
	return node;
}

static void add_training(struct builder *b, struct mg_graph_node *version, const char *mlflow_run)
{
	struct mg_graph *graph = b->graph;
	struct mg_graph_node *training = mg_graph_add(graph, MG_GRAPH_TRAINING,
		mlflow_run ? mg_printf(graph->arena, "training:%s", mlflow_run)
			   : mg_printf(graph->arena, "training:none:%s", version->id),
		mlflow_run ? mg_printf(graph->arena, "MLflow %s", mlflow_run) : MG_GRAPH_NO_NAME,
		NULL);
	training->model = b->model->name;
	training->proof = mlflow_run ? MG_ON_RECORD : MG_NOT_RECORDED;
	if (!mlflow_run)
		training->why = "no tag names a training run, nor the data that it read";
	mg_graph_join(graph, training, version, "trained", training->proof);
}

/* A commit that is no version is one by its name alone. */
static struct mg_graph_node *add_version(struct builder *b, const char *commit, const char *named)
{
	struct mg_graph *graph = b->graph;
	const struct mg_version *v = mg_graph_version(&b->lookup, commit, named);
	const char *name = v ? v->version : commit;
	bool is_new = false, has_name = strlen(name) != strlen(commit);
	struct mg_graph_node *node = mg_graph_add(graph, MG_GRAPH_VERSION,
		mg_printf(graph->arena, "version:%s@%s", b->model->name, name),
		has_name ? mg_printf(graph->arena, "%s %s", b->model->name, name)
			 : mg_printf(graph->arena, "%s without a version", b->model->name),
		&is_new);
	if (!is_new)
		return node;
	node->model = b->model->name;
	node->proof = v && v->event ? MG_PROVEN : MG_NOT_RECORDED;
	if (!v || !v->event)
		node->why = "no tag registers a version of this commit";
	else
		node->time_us = node->order = v->event->time_us;
	mg_graph_add_fact(graph, node, "version", has_name ? name : NULL);
	mg_graph_add_fact(graph, node, "commit", commit);
	mg_graph_add_fact(graph, node, "registered by", v && v->event ? v->event->tag : NULL);
	mg_graph_add_fact(graph, node, "state", v && !v->active ? "deregistered" : NULL);
	mg_graph_join(graph, mg_graph_commit(graph, commit, MG_PROVEN), node, "is", node->proof);
	return node;
}

/* A tag says which run trained it, else nobody does. */
static void add_trainings(struct builder *b)
{
	for (size_t i = 0; i < b->model->version_count; i++) {
		const struct mg_version *v = &b->model->versions[i];
		add_training(b, add_version(b, v->commit, v->version),
			mg_graph_training(&b->lookup, v->commit));
	}
}

/* ---- what is true of an event ---- */

/* What it rests on is no better than that. */
static void rest_on(struct builder *b, struct place *place, const struct mg_event *other)
{
	const struct place *below = other ? &b->places[other - b->model->events] : NULL;
	if (!below || below == place || below->proof <= place->proof)
		return;
	place->proof = below->proof;
	place->why = mg_printf(b->graph->arena, "it rests on %s, which is %s", other->tag,
		mg_graph_proof_words[below->proof]);
}

static void judge(struct builder *b, const struct mg_event *event, struct place *place,
	struct mg_evidence_read *out_read)
{
	const struct mg_event *first = mg_audit_returns_to(b->model, event);
	struct mg_error err = {0};
	bool evidence_only = true;
	int code = MG_OK;
	bool assigns = event->name.type == MG_EVENT_ASSIGN;
	*place = (struct place){
		.proof = MG_PROVEN, .why = mg_graph_breaks(&b->lookup, event->tag, &evidence_only)};
	if (place->why)
		place->proof = MG_CONTRADICTED;
	if (event->trailers.format != 1) {
		place->proof = place->why ? MG_CONTRADICTED : MG_ON_RECORD;
		if (!place->why)
			place->why = "modelgate did not write the tag: there is no decision or "
				     "evidence";
		return;
	}
	if (assigns)
		code = mg_evidence_read(b->graph->arena, b->source->git, event, out_read, &err);
	if (code == MG_ENOTFOUND && evidence_only) {
		place->proof = event->trailers.evidence ? MG_NOT_HERE : MG_NOT_RECORDED;
		place->why = mg_strdup(b->graph->arena, err.text);
	} else if (code != MG_OK && !place->why) {
		place->proof = MG_CONTRADICTED;
		place->why = mg_strdup(b->graph->arena, err.text);
	}
	rest_on(b, place, first);
	rest_on(b, place, mg_graph_event(&b->lookup, event->trailers.from));
}

/* ---- decisions ---- */

static struct mg_graph_node *add_policy(
	struct builder *b, const struct mg_trailers *t, enum mg_graph_proof proof)
{
	struct mg_graph *graph = b->graph;
	bool is_new = false;
	if (!t->branch)
		return NULL;
	struct mg_graph_node *node = mg_graph_add(graph, MG_GRAPH_POLICY,
		t->policy_sha256 ? mg_printf(graph->arena, "policy:sha256:%s", t->policy_sha256)
				 : "policy:default",
		t->policy_sha256 ? mg_printf(graph->arena, "%.12s", t->policy_sha256) : "default",
		&is_new);
	if (is_new || proof < node->proof)
		node->proof = proof;
	if (is_new && t->policy_sha256)
		mg_graph_add_fact(graph, node, "digest",
			mg_printf(graph->arena, "sha256:%s", t->policy_sha256));
	return node;
}

static void add_deciders(struct builder *b, const struct mg_event *event,
	struct mg_graph_node *decision, enum mg_graph_proof proof)
{
	struct mg_graph *graph = b->graph;
	const struct mg_trailers *t = &event->trailers;
	enum mg_graph_proof claimed = proof == MG_PROVEN ? MG_ON_RECORD : proof;
	struct mg_graph_node *policy = add_policy(b, t, proof);
	if (policy)
		mg_graph_join(graph, policy, decision, "its rules", proof);
	for (size_t i = 0; i < t->approver_count; i++) {
		struct mg_graph_node *approver = mg_graph_add(graph, MG_GRAPH_APPROVER,
			mg_printf(graph->arena, "approver:%s", t->approvers[i]), t->approvers[i],
			NULL);
		approver->proof = MG_ON_RECORD;
		mg_graph_join(graph, approver, decision, "approved", claimed);
	}
	if (t->approver_count == 0) {
		struct mg_graph_node *none = mg_graph_add(graph, MG_GRAPH_APPROVER,
			mg_printf(graph->arena, "approver:none:%s", decision->id), MG_GRAPH_NO_NAME,
			NULL);
		none->proof = MG_NOT_RECORDED;
		none->why = "the tag names nobody who approved";
		mg_graph_join(graph, none, decision, "approved", MG_NOT_RECORDED);
	}
	if (t->build) {
		const char *id = mg_strndup(graph->arena, t->build, strcspn(t->build, " "));
		struct mg_graph_node *pipeline = mg_graph_add(graph, MG_GRAPH_PIPELINE,
			mg_printf(graph->arena, "pipeline:%s", id),
			mg_printf(graph->arena, "build %s", id), NULL);
		pipeline->proof = MG_ON_RECORD;
		if (!pipeline->fact_count)
			mg_graph_add_fact(graph, pipeline, "build", t->build);
		mg_graph_join(graph, pipeline, decision, "decided in", claimed);
	}
}

/* The run in the evidence; where that cannot be believed or read, a node that says so. */
static void add_judged_run(struct builder *b, const struct mg_event *event,
	const struct mg_evidence_read *read, const struct place *place,
	struct mg_graph_node *decision)
{
	struct mg_graph *graph = b->graph;
	const struct mg_trailers *t = &event->trailers;
	struct mg_graph_node *version = add_version(b, event->commit, t->version);
	const char *id = t->run_sha256 ? mg_printf(graph->arena, "run:sha256:%s", t->run_sha256)
				       : mg_printf(graph->arena, "run:none:%s", event->tag);
	struct mg_inputs inputs = {0};
	git_oid commit;
	if (place->proof != MG_PROVEN) /* never taken for one that is */
		id = mg_printf(graph->arena, "%s!%s", id, event->tag);
	if (!read->run) {
		struct mg_graph_node *none = mg_graph_add(graph, MG_GRAPH_RUN, id,
			mg_printf(graph->arena, "for %s", event->name.stage), NULL);
		none->model = b->model->name;
		none->proof = place->proof;
		none->why = place->why;
		mg_graph_join(graph, version, none, "evaluated by", place->proof);
		mg_graph_join(graph, none, decision, "judged by", place->proof);
		return;
	}
	if (git_oid_fromstr(&commit, event->commit) == 0)
		mg_inputs_compare(graph->arena, b->source->git, &commit, read->run, NULL, &inputs);
	bool *is_commits = mg_alloc_array(graph->arena, read->run->input_count + 1, sizeof(bool));
	for (size_t i = 0; inputs.places && i < read->run->input_count; i++)
		is_commits[i] = inputs.places[i] == MG_INPUT_COMMIT ||
			inputs.places[i] == MG_INPUT_LFS || inputs.places[i] == MG_INPUT_SUBMODULE;
	const struct mg_graph_run what = {.run = read->run,
		.id = id,
		.model = b->model->name,
		.of = version,
		.spec = t->spec,
		.proof = place->proof,
		.why = place->why,
		.is_commits = is_commits};
	mg_graph_add_run(graph, &what);
	mg_graph_join_run(graph, &what, decision, place->proof);
}

static struct mg_graph_node *add_decision(struct builder *b, const struct mg_event *event,
	const struct mg_evidence_read *read, const struct place *place)
{
	struct mg_graph *graph = b->graph;
	const struct mg_trailers *t = &event->trailers;
	const char *word = mg_decision_word(t->decision);
	bool is_new = false;
	struct mg_graph_node *node = mg_graph_add(graph, MG_GRAPH_DECISION,
		t->evidence && place->proof == MG_PROVEN
			? mg_printf(graph->arena, "decision:%s@sha256:%s", t->evidence,
				  t->evidence_sha256)
			: mg_printf(graph->arena, "decision:%s", event->tag),
		mg_printf(graph->arena, "for %s", event->name.stage), &is_new);
	if (!is_new)
		return node;
	node->model = b->model->name;
	node->proof = place->proof;
	node->why = place->why;
	node->time_us = node->order = event->time_us;
	node->verdict = t->decision == MG_DECISION_PASSED ? "pass"
		: t->decision == MG_DECISION_OVERRIDDEN   ? "overridden"
							  : NULL;
	mg_graph_add_fact(graph, node, "decision", word);
	mg_graph_add_fact(graph, node, "evidence", t->evidence);
	if (t->evidence_sha256)
		mg_graph_add_fact(graph, node, "digest",
			mg_printf(graph->arena, "sha256:%s", t->evidence_sha256));
	mg_graph_add_fact(graph, node, "reason", t->reason);
	mg_graph_add_fact(graph, node, "attempt", t->attempt);
	mg_graph_add_fact(graph, node, "earlier", t->earlier);
	mg_graph_add_fact(graph, node, "branch", t->branch);
	add_judged_run(b, event, read, place, node);
	if (t->format == 1)
		add_deciders(b, event, node, place->proof);
	return node;
}

/* ---- tags ---- */

static struct mg_graph_node *add_tag(
	struct builder *b, const struct mg_event *event, const struct place *place)
{
	struct mg_graph *graph = b->graph;
	struct mg_graph_node *node = mg_graph_add(graph, MG_GRAPH_TAG,
		mg_printf(graph->arena, "tag:%s", event->tag), event->tag, NULL);
	node->model = b->model->name;
	node->proof = place->proof;
	node->why = place->why;
	node->time_us = node->order = event->time_us;
	mg_graph_add_fact(graph, node, "event", mg_event_word(event->name.type));
	mg_graph_add_fact(graph, node, "stage", event->name.stage);
	mg_graph_add_fact(graph, node, "version", event->trailers.version);
	mg_graph_add_fact(graph, node, "when", mg_clock_text(graph->arena, event->time_us));
	mg_graph_add_fact(
		graph, node, "by", mg_printf(graph->arena, "%s <%s>", event->author, event->email));
	mg_graph_add_fact(graph, node, "commit", event->commit);
	mg_graph_add_fact(graph, node, "object", event->id);
	mg_graph_add_fact(graph, node, "reason", event->trailers.reason);
	mg_graph_add_fact(graph, node, "deployed",
		event->trailers.deployed ? "before the tag was made" : NULL);
	return node;
}

static struct mg_graph_node *node_of(const struct builder *b, const struct mg_event *event)
{
	return event ? b->places[event - b->model->events].tag : NULL;
}

static void add_assignment(struct builder *b, const struct mg_event *event, struct place *place,
	const struct mg_evidence_read *read)
{
	const struct mg_event *first = mg_audit_returns_to(b->model, event);
	const struct mg_event *from = mg_graph_event(&b->lookup, event->trailers.from);
	struct place decided = *place;
	if (event->trailers.decision == MG_DECISION_NONE && decided.proof < MG_NOT_RECORDED)
		decided.proof = MG_NOT_RECORDED;
	struct mg_graph_node *decision = add_decision(b, event, read, &decided);
	place->verdict = place->tag->verdict = decision->verdict;
	mg_graph_join(b->graph, decision, place->tag, "made", decided.proof);
	if (from && from < event)
		mg_graph_join(b->graph, node_of(b, from), place->tag, "stage before", place->proof);
	if (first)
		mg_graph_join(
			b->graph, node_of(b, first), place->tag, "rolled back to it", place->proof);
}

static void add_event(struct builder *b, const struct mg_event *event)
{
	struct place *place = &b->places[event - b->model->events];
	struct mg_evidence_read read = {0};
	struct mg_graph_node *other = NULL;
	judge(b, event, place, &read);
	if (event->name.type == MG_EVENT_REGISTER) {
		struct mg_graph_node *version = add_version(b, event->commit, event->name.version);
		if (version->proof < place->proof) {
			version->proof = place->proof;
			version->why = place->why;
		}
		return;
	}
	place->tag = add_tag(b, event, place);
	switch (event->name.type) {
	case MG_EVENT_ASSIGN:
		add_assignment(b, event, place, &read);
		break;
	case MG_EVENT_UNASSIGN:
		other = node_of(b, mg_graph_assigned(&b->lookup, event->name.stage, event->commit));
		if (!other)
			other = add_version(b, event->commit, event->trailers.version);
		mg_graph_join(b->graph, other, place->tag, "withdrawn by", place->proof);
		break;
	case MG_EVENT_DEREGISTER:
		mg_graph_join(b->graph, add_version(b, event->commit, event->name.version),
			place->tag, "deregistered by", place->proof);
		break;
	default:
		break;
	}
}

/* ---- stages ---- */

/* What stands there follows from all tags together, so a break of any of them is one of this. */
static void add_stages(struct builder *b)
{
	struct mg_graph *graph = b->graph;
	const struct mg_model *model = b->model;
	for (size_t i = 0; i < model->standing_count; i++) {
		const struct mg_standing *s = &model->standings[i];
		const struct place *place = s->event ? &b->places[s->event - model->events] : NULL;
		if (!place)
			continue;
		struct mg_graph_node *node = mg_graph_add(graph, MG_GRAPH_STAGE,
			mg_printf(graph->arena, "stage:%s#%s", model->name, s->stage),
			mg_printf(graph->arena, "%s", s->stage), NULL);
		node->model = model->name;
		node->verdict = place->verdict;
		node->proof = place->proof;
		node->why = place->why;
		node->time_us = s->event->time_us;
		node->order = (int64_t)i;
		if (node->proof < MG_CONTRADICTED && b->is_broken) {
			node->proof = MG_CONTRADICTED;
			node->why = mg_printf(graph->arena,
				"the history of %s is broken, so what stands here is not sure",
				model->name);
		}
		mg_graph_add_fact(graph, node, "model", model->name);
		mg_graph_add_fact(graph, node, "stage", s->stage);
		mg_graph_add_fact(graph, node, "version", s->version->version);
		mg_graph_add_fact(
			graph, node, "since", mg_clock_text(graph->arena, s->event->time_us));
		mg_graph_join(graph, place->tag, node, "stands in", node->proof);
	}
}

/* A break of the evidence that this clone lacks is told by its node. */
static bool is_lacking(const struct builder *b, const struct mg_finding *f)
{
	const struct mg_event *event = mg_graph_event(&b->lookup, f->tag);
	const struct place *place = event ? &b->places[event - b->model->events] : NULL;
	return place && (place->proof == MG_NOT_HERE || place->proof == MG_NOT_RECORDED);
}

static void add_problem(struct builder *b, const char *tag, const char *text)
{
	mg_graph_add_problem(b->graph, b->model->name, tag, text);
	b->is_broken = true;
}

static void add_problems(struct builder *b)
{
	for (size_t i = 0; i < b->verified.count; i++) {
		const struct mg_finding *f = &b->verified.list[i];
		if (f->is_break && !is_lacking(b, f))
			add_problem(b, f->tag, f->text);
	}
	for (size_t i = 0; i < b->source->ledger->stray_count; i++) {
		const struct mg_stray *stray = &b->source->ledger->strays[i];
		struct mg_tag_name name;
		if (mg_tag_name_read(b->graph->arena, stray->tag, &name) &&
			mg_streq(name.model, b->model->name))
			add_problem(b, stray->tag,
				mg_printf(b->graph->arena, "it does not count: %s", stray->why));
	}
}

int mg_graph_add_model(struct mg_graph *graph, const struct mg_graph_source *source,
	const struct mg_model *model, struct mg_error *err)
{
	struct builder b = {.graph = graph, .source = source, .model = model};
	MG_TRY(mg_verify_model(graph->arena, source->git, source->authority, source->ledger, model,
		&b.verified, err));
	mg_graph_lookup_init(&b.lookup, graph->arena, model, &b.verified);
	b.places = mg_alloc_array(graph->arena, model->event_count + 1, sizeof(*b.places));
	for (size_t i = 0; i < model->event_count; i++) {
		add_event(&b, &model->events[i]);
		mg_graph_note(&b.lookup, &model->events[i]);
	}
	add_trainings(&b);
	add_problems(&b);
	add_stages(&b);
	return MG_OK;
}
