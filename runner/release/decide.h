/* decide.h: may this version go to this stage? Rules only: facts in, reasons out, no repository. */
#ifndef MG_RELEASE_DECIDE_H
#define MG_RELEASE_DECIDE_H

#include <modelgate/release.h>
#include <modelgate/run.h>
#include <modelgate/spec.h>

#include "evidence/inputs.h"

struct mg_facts {
	const struct mg_policy *policy;     /* of the protected branch: who may decide */
	const struct mg_policy *own_policy; /* of the commit, which can only demand more */
	const char *model_name;             /* as people write it: "churn", "models/churn:churn" */
	const struct mg_model *model;       /* NULL: no event yet */
	const char *stage;                  /* to go to */
	const char *commit;                 /* to be promoted */
	const struct mg_run *run;           /* NULL: it could not be read, see run_problem */
	bool run_whole;          /* the run file is what modelgate wrote: seal and bytes agree */
	const char *run_problem; /* why not, else NULL */
	const struct mg_spec
		*spec; /* as it is in the commit, as the stage sees it; NULL: see problem */
	const char *spec_problem;
	const char *spec_path;        /* in the repository */
	struct mg_inputs inputs;      /* the run's beside those of the commit */
	int64_t now_us;               /* when it is decided */
	const struct mg_var *changed; /* variables that --var gave other values than the spec's */
	size_t changed_count;
	const struct mg_event *stands; /* in the stage; NULL: nothing */
	bool goes_back;                /* the commit is an ancestor of that one */
	const char *order_problem;     /* why that is not known, else NULL */
	bool on_protected_branch;
	const char *protected_branch;
	const char *branch_commit;  /* that it is at */
	const char *branch_problem; /* why that is not known, else NULL */
	bool pull_request;          /* a pull request's build, or its merge commit */
	bool dirty;                 /* tracked files of the work tree differ from the commit */
	const char
		*tag_differs; /* how the model's tags here are not those of the remote; or NULL */
	const char *version;  /* asked for, or NULL */
	const char *override_reason; /* --override; NULL: none */
	const char **approvers;      /* as a tag says them: approver.h */
	size_t approver_count;
	const char *approvals_problem; /* why the service did not tell who approved, else NULL */
	const char *who;               /* tagger's name and e-mail, for the policy's overriders */
	const char *who_email;
	bool will_sign;
	const char *signer_problem; /* why the key may not sign, else NULL */
};

/* Every rule that speaks against it; those that an allowed override passes are listed apart. */
void mg_decide(struct mg_arena *arena, const struct mg_facts *facts, struct mg_refusals *out,
	struct mg_refusals *out_overridden);

#endif
