/* rules_version.c: the version that a promotion registers, or finds. */
#include "release/rules.h"

#include "base/text.h"
#include "registry/tag_name.h"

static const struct mg_event *registration(
	const struct mg_model *m, const char *version, enum mg_event_type type)
{
	for (size_t i = m ? m->event_count : 0; i-- > 0;)
		if (m->events[i].name.type == type && mg_streq(m->events[i].name.version, version))
			return &m->events[i];
	return NULL;
}

static const char *version_of_commit(const struct mg_facts *f)
{
	for (size_t i = 0; f->model && i < f->model->version_count; i++) {
		const struct mg_version *v = &f->model->versions[i];
		if (v->registered && v->active && mg_streq(v->commit, f->commit))
			return v->version;
	}
	return NULL;
}

/* The greatest active version that is above `than`, or NULL. */
static const char *greater_version(struct mg_look *l, const struct mg_semver *than)
{
	const struct mg_model *m = l->facts->model;
	struct mg_semver most = *than, at;
	const char *name = NULL;
	for (size_t i = 0; m && i < m->version_count; i++) {
		const struct mg_version *v = &m->versions[i];
		if (v->registered && v->active && mg_semver_read(l->arena, v->version, &at) &&
			mg_semver_compare(&at, &most) > 0) {
			most = at;
			name = v->version;
		}
	}
	return name;
}

/* As the tags before it say: what was registered later speaks against nothing that was decided. */
static const char *other_version_of_commit(const struct mg_facts *f, const char *than)
{
	for (size_t i = 0; f->model && than && i < f->model->event_count; i++) {
		const struct mg_event *e = &f->model->events[i];
		if (e->name.type == MG_EVENT_REGISTER && mg_streq(e->commit, f->commit) &&
			!mg_streq(e->name.version, than) &&
			!registration(f->model, e->name.version, MG_EVENT_DEREGISTER))
			return e->name.version;
	}
	return NULL;
}

void mg_rule_version(struct mg_look *l)
{
	const struct mg_facts *f = l->facts;
	struct mg_semver asked;
	const char *other = other_version_of_commit(f, version_of_commit(f));
	if (other) {
		mg_found(l, "commit %s is both version %s and %s", mg_short_id(l->arena, f->commit),
			version_of_commit(f), other);
		mg_fix(l, "deregister one of them (git tag --annotate '%s@%s!' %s)", f->model_name,
			other, mg_short_id(l->arena, f->commit));
		return;
	}
	if (!f->version)
		return;
	const char *own = version_of_commit(f);
	if (own && mg_streq(own, f->version))
		return;
	if (!mg_semver_read(l->arena, f->version, &asked)) {
		mg_found(l, "'%s' is not a version", f->version);
		mg_fix(l, "write it as v1.2.3 or v1.2.3-rc.1, or leave it to --bump");
		return;
	}
	if (own) {
		mg_found(l, "commit %s is version %s already", mg_short_id(l->arena, f->commit),
			own);
		mg_fix(l, "leave out --version %s, or promote another commit", f->version);
		return;
	}
	const struct mg_event *taken = registration(f->model, f->version, MG_EVENT_REGISTER);
	if (taken) {
		mg_found(l, "version %s is commit %s%s", f->version,
			mg_short_id(l->arena, taken->commit),
			registration(f->model, f->version, MG_EVENT_DEREGISTER)
				? ", and was deregistered"
				: "");
		mg_fix(l, "choose a version that was never used, or leave it to --bump");
		return;
	}
	const char *greater = greater_version(l, &asked);
	if (greater) {
		mg_found(l, "version %s is below %s, which is registered", f->version, greater);
		mg_fix(l, "choose one above %s, or leave it to --bump", greater);
	}
}
