"""What a pipeline means, read from its expansion: would a gate hold? Each rule is a function that yields problems.

check(pipeline) gives all of them; lint_template(path) looks at one file as it is written.
"""
import re
import shutil

from pipelines.expand import MARK, TYPES
from pipelines.expressions import FUNCTIONS, STATUS, BadExpression, parse, path, walk
from pipelines.source import Problem, at, read

RUNTIME = re.compile(r"\$\[(.*)\]\s*", re.DOTALL)
MACRO = re.compile(r"\$\(([A-Za-z_][\w.-]*)\)")
SET_OUTPUT = re.compile(r"##vso\[task\.setvariable\s+variable=([^;\s]+);\S*isOutput=true", re.IGNORECASE)
SET_OUTPUT_CALL = re.compile(r"\bset_output (\$?\w+)")
SET_VARIABLE = re.compile(r"##vso\[task\.setvariable\s+variable=([^;\s]+?)[;\]]", re.IGNORECASE)
NAME = re.compile(r"[A-Za-z_]\w*")
# What `modelgate run --azure` sets.
RUN_OUTPUTS = [f"modelgate.{word}" for word in (
    "verdict", "total", "passed", "warned", "failed", "errors", "skipped", "run", "junit")]
MOVE_OUTPUTS = [f"modelgate.{word}" for word in ("tag", "version", "stage", "evidence", "byThisBuild", "buildTag")]
# Variables that the service and the agent bring; those of a release of the old kind and of strategies are not listed.
BROUGHT_BY_NAME = {f"{area}.{name}".lower() for area, names in {
    "Agent": "BuildDirectory ContainerMapping HomeDirectory Id JobName JobStatus MachineName Name OS OSArchitecture "
             "TempDirectory ToolsDirectory UseNode WorkFolder",
    "Build": "ArtifactStagingDirectory BinariesDirectory BuildId BuildNumber BuildUri ContainerId "
             "CronSchedule.DisplayName DefinitionName DefinitionVersion QueuedBy QueuedById Reason Repository.Clean "
             "Repository.Git.SubmoduleCheckout Repository.ID Repository.LocalPath Repository.Name Repository.Provider "
             "Repository.Uri RequestedFor RequestedForEmail RequestedForId SourceBranch SourceBranchName "
             "SourcesDirectory SourceVersion SourceVersionAuthor SourceVersionMessage StagingDirectory "
             "TriggeredBy.BuildId TriggeredBy.BuildNumber TriggeredBy.DefinitionId TriggeredBy.DefinitionName "
             "TriggeredBy.ProjectID",
    "Common": "TestResultsDirectory",
    "Environment": "Id Name ResourceId ResourceName",
    "Pipeline": "Workspace",
    "System": "AccessToken CollectionId CollectionUri Debug DefaultWorkingDirectory DefinitionId HostType JobAttempt "
              "JobDisplayName JobId JobIdentifier JobName JobPositionInPhase OidcRequestUri PhaseAttempt "
              "PhaseDisplayName PhaseName PlanId PullRequest.IsFork PullRequest.PullRequestId "
              "PullRequest.PullRequestNumber PullRequest.SourceBranch PullRequest.SourceCommitId "
              "PullRequest.SourceRepositoryURI PullRequest.TargetBranch PullRequest.TargetBranchName StageAttempt "
              "StageDisplayName StageName TaskInstanceId TeamFoundationCollectionUri TeamProject TeamProjectId "
              "TimelineId TotalJobsInPhase",
}.items() for name in names.split()}
BROUGHT = re.compile(r"(Release|Strategy)\.", re.IGNORECASE)
# What `modelgate changed --format azure-matrix` gives each job.
MATRIX_OF_CHANGED = {"model", "folder", "spec"}
SHELL_WORDS = {"pwd", "times", "jobs", "dirs", "umask", "trap", "hash", "set", "alias"}
COMMAND = re.compile(r"\bmodelgate (run|join|promote|rollback|withdraw)\b")
TASKS = {"ModelgateRun": "run", "ModelgatePromote": "promote"}


# --- parts of a pipeline ---
def script_of(step):
    return next((step[k] for k in ("bash", "script", "pwsh", "powershell") if k in step), "")


def does(step):
    """What a step does with modelgate: a set of run, join, promote, rollback, withdraw."""
    found = set(COMMAND.findall(script_of(step)))
    task = step.get("task", "").partition("@")[0]
    return found | ({TASKS[task]} if task in TASKS else set())


def name_of(job):
    return job.get("job") or job.get("deployment") or ""


def hooks(job):
    """(hook, steps) of a job; an ordinary job has one hook, ''."""
    if "deployment" not in job:
        yield "", job.get("steps") or []
        return
    for strategy in (job.get("strategy") or {}).values():
        for hook, body in strategy.items():
            if hook == "on":
                for name, inner in body.items():
                    yield f"on.{name}", inner.get("steps") or []
            elif isinstance(body, dict) and "steps" in body:
                yield hook, body["steps"] or []


def steps_of(job):
    return [step for _, steps in hooks(job) for step in steps]


def job_does(job):
    return set().union(*(does(s) for s in steps_of(job)))


def listed(value):
    """dependsOn as a list."""
    return [] if value in (None, "") else [value] if isinstance(value, str) else list(value)


def stage_needs(pipeline):
    """{stage: stages that it waits for by its own word}; without a word it is the one before."""
    needs, before = {}, None
    for stage in pipeline["stages"]:
        needs[stage["stage"]] = listed(stage["dependsOn"]) if "dependsOn" in stage else ([before] if before else [])
        before = stage["stage"]
    return needs


def job_needs(stage):
    return {name_of(job): listed(job.get("dependsOn")) for job in stage["jobs"]}


def all_before(needs, name):
    """Everything that comes before name."""
    found, waiting = set(), list(needs.get(name, []))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += needs.get(one, [])
    return found


def outputs_of(step):
    """Names of the output variables that a step sets; None: any, its names are made as it runs."""
    script = script_of(step)
    found = SET_OUTPUT.findall(script)
    if "set_output() {" in script:  # a function of that name sets what it is called with
        found = [name for name in found if name != "$1"] + SET_OUTPUT_CALL.findall(script)
    if any("$" in name for name in found):
        return None
    if "run" in does(step):
        found += RUN_OUTPUTS
    if does(step) & {"promote", "rollback", "withdraw"}:
        found += MOVE_OUTPUTS
    return None if "task" in step else found


def steps_alone(stage, job):
    """Steps without a job, as on a page that explains them: what they are put into is not seen."""
    return stage["stage"] == "__default" and name_of(job) == "Job"


def is_true(value):
    return str(value).lower() != "false"


# --- rules ---
def names_are_good(pipeline):
    def unique(items, word):
        seen = set()
        for name, where in items:
            if not NAME.fullmatch(name):
                yield Problem(where, f"{word} {name!r}: a name has letters, digits and _ only")
            if name.lower() in seen:
                yield Problem(where, f"there are two {word}s {name!r}")
            seen.add(name.lower())
    yield from unique([(s["stage"], at(s)) for s in pipeline["stages"]], "stage")
    for stage in pipeline["stages"]:
        yield from unique([(name_of(j), at(j)) for j in stage["jobs"]], "job")
        for job in stage["jobs"]:
            yield from unique([(s["name"], at(s)) for s in steps_of(job) if "name" in s], "step")


def waits_are_good(pipeline):
    def look(needs, word, places):
        for name, wanted in needs.items():
            for one in wanted:
                if one not in needs:
                    yield Problem(places[name], f"{word} {name!r} waits for {one!r}, which is no {word}; "
                                                f"there are {', '.join(needs)}")
            if name in all_before(needs, name):
                yield Problem(places[name], f"{word} {name!r} waits for itself")
    yield from look(stage_needs(pipeline), "stage", {s["stage"]: at(s) for s in pipeline["stages"]})
    for stage in pipeline["stages"]:
        yield from look(job_needs(stage), "job", {name_of(j): at(j) for j in stage["jobs"]})


def keeps_succeeded(tree):
    if tree[0] != "call":
        return False
    if tree[1].lower() == "succeeded":
        return True
    return tree[1].lower() == "and" and any(keeps_succeeded(a) for a in tree[2])


def parsed(text, where):
    """(tree, None), or (None, problem); functions must be known."""
    try:
        tree = parse(text)
    except BadExpression as error:
        return None, Problem(where, str(error))
    known = {f.lower() for f in (*FUNCTIONS, *STATUS, "counter")}
    for part in walk(tree):
        if part[0] == "call" and part[1].lower() not in known:
            return None, Problem(where, f"there is no function {part[1]!r}")
    return tree, None


def gathers(job, tree):
    """Whether a job joins what others left, and its condition lets it whenever they ended by themselves."""
    if "join" not in job_does(job) or tree[:2] != ("call", "in"):
        return False
    result, *allowed = tree[2]
    return (path(result) or [""])[0] == "dependencies" and path(result)[-1] == "result" and \
        {a[1] for a in allowed} <= {"Succeeded", "SucceededWithIssues", "Failed"}


def conditions_hold(pipeline):
    """A condition of one's own drops the implied succeeded(): then what failed before holds nothing back."""
    for stage in pipeline["stages"]:
        yield from _condition(stage, f"stage {stage['stage']!r}", set())
        for job in stage["jobs"]:
            others = {n for n, wanted in job_needs(stage).items() if name_of(job) in wanted}
            after_failure = not job_does(job) and not others
            if not (job.get("condition") and gathers(job, parse(job["condition"]))):
                yield from _condition(job, f"job {name_of(job)!r}", {"failed"} if after_failure else set())
            for step in steps_of(job):
                # What shows results must also run after a failed check, and what takes a model out after a failed
                # deployment; nothing else may.
                shows = not does(step) and not (step.get("task") or "").startswith("Azure")
                also = {"succeededorfailed", "always", "failed"} if shows else (
                    {"failed", "canceled"} if does(step) == {"withdraw"} else set())
                yield from _condition(step, f"step {step.get('displayName', '?')!r}", also)


def _is_one_of(tree, names):
    if tree[0] != "call":
        return False
    return tree[1].lower() in names or tree[1].lower() == "or" and all(_is_one_of(t, names) for t in tree[2])


def _condition(item, what, also):
    text = item.get("condition")
    if not text:
        return
    tree, problem = parsed(text, at(text))
    if problem:
        yield problem
    elif not keeps_succeeded(tree):
        tops = [tree] + (tree[2] if tree[0] == "call" and tree[1].lower() == "and" else [])
        if not any(_is_one_of(t, also) for t in tops):
            yield Problem(at(text), f"{what} runs although something before failed: its condition drops succeeded()")


def gates_cannot_be_skipped(pipeline):
    for stage in pipeline["stages"]:
        if stage["stage"] == "__default":  # the one that a pipeline without stages has; there is nothing to untick
            continue
        if any(job_does(job) for job in stage["jobs"]) and str(stage.get("isSkippable", "true")).lower() != "false":
            yield Problem(at(stage),
                f"stage {stage['stage']!r} holds a gate that can be unticked: isSkippable: false is missing")


def nothing_continues_on_error(pipeline):
    for stage in pipeline["stages"]:
        for job in stage["jobs"]:
            for item in [job, *steps_of(job)]:
                if is_true(item.get("continueOnError", "false")):
                    yield Problem(at(item["continueOnError"], at(item)),
                        "continueOnError turns a failure into a warning")
                if not is_true(item.get("enabled", "true")) and does(item):
                    yield Problem(at(item), "a gate that is not enabled")


def promotions_are_earned(pipeline):
    """A promotion comes after the run that it rests on, under an environment, from a checkout that knows all tags."""
    needs = stage_needs(pipeline)
    runs = {s["stage"]: {name_of(j) for j in s["jobs"] if "run" in job_does(j)} for s in pipeline["stages"]}
    for stage in pipeline["stages"]:
        for job in stage["jobs"]:
            doing = job_does(job)
            if not doing & {"promote", "rollback", "withdraw"}:
                continue
            if steps_alone(stage, job):
                yield from _checkout(job, steps_of(job))
                continue
            if not job.get("environment"):
                yield Problem(at(job), f"job {name_of(job)!r} changes a stage without an environment: nobody is asked")
            earned = all_before(job_needs(stage), name_of(job)) & runs[stage["stage"]] or any(
                runs.get(s) for s in all_before(needs, stage["stage"]))
            if "promote" in doing and not earned:
                yield Problem(at(job), f"job {name_of(job)!r} promotes without waiting for a job that runs the gate")
            for _, steps in hooks(job):
                yield from _checkout(job, steps)


def _checkout(job, steps):
    checkout = None
    for step in steps:
        if "checkout" in step:
            checkout = step
        if does(step) & {"promote", "rollback", "withdraw"}:
            if checkout is None or checkout["checkout"] != "self":
                yield Problem(at(step), f"job {name_of(job)!r} changes a stage without checkout: self")
                return
            for key, wanted, why in (("fetchDepth", "0", "a shallow clone does not know what came before"),
                                     ("fetchTags", "true", "without tags nothing is known of other promotions")):
                if str(checkout.get(key, "")).lower() != wanted:
                    yield Problem(at(checkout), f"job {name_of(job)!r} needs {key}: {wanted}: {why}")
            if str(checkout.get("fetchFilter", "")).startswith("tree:"):
                yield Problem(at(checkout), f"job {name_of(job)!r} cannot push from a clone with fetchFilter tree:")
            if "promote" in does(step) and script_of(step) and "$BUILD_SOURCEVERSION" not in script_of(step):
                yield Problem(at(step),
                    "the commit that is tagged must be the one that was tested: --commit \"$BUILD_SOURCEVERSION\"")


def results_are_shown(pipeline):
    """After each run, its results are published whatever it said, and a missing file is red."""
    for stage in pipeline["stages"]:
        for job in stage["jobs"]:
            for _, steps in hooks(job):
                for number, step in enumerate(steps):
                    if "run" not in does(step) or step.get("task", "").startswith("ModelgateRun"):
                        continue
                    later = [s for s in steps[number + 1:] if s.get("task", "").startswith("PublishTestResults")]
                    if not later:
                        yield Problem(at(step), "the results of this run are not published")
                    for publish in later:
                        if not re.search(r"succeededOrFailed|always", publish.get("condition", ""), re.IGNORECASE):
                            yield Problem(at(publish), "results are published only if all checks passed: "
                                                       "condition: succeededOrFailed() is missing")
                        if str(publish.get("inputs", {}).get("failTaskOnMissingResultsFile", "")).lower() != "true":
                            yield Problem(at(publish),
                                "missing results are green: failTaskOnMissingResultsFile: true is missing")


def tokens_stay_away_from_data(pipeline):
    for stage in pipeline["stages"]:
        for job in stage["jobs"]:
            for step in steps_of(job):
                if "run" in does(step) and any("system.accesstoken" in str(v).lower()
                        for v in (step.get("env") or {}).values()):
                    yield Problem(at(step), "the step that reads specs and data gets the token")


def strangers_are_confined(pipeline):
    """A pipeline that looks at what a pull request changes runs what it finds with --untrusted."""
    steps = [step for stage in pipeline["stages"] for job in stage["jobs"] for step in steps_of(job)]
    if not any("system.pullrequest." in text.lower() for step in steps for text in _texts(step.get("env"))):
        return
    for step in steps:
        if "run" in does(step) and not _confines(step):
            yield Problem(at(step), "the step runs a stranger's spec without --untrusted")


def _confines(step):
    """Whether the step adds --untrusted: always, or where $UNTRUSTED says so, and then it does say so."""
    text = script_of(step) or str((step.get("inputs") or {}).get("arguments", ""))
    asks = "$UNTRUSTED" in text
    return "--untrusted" in text and (not asks or str((step.get("env") or {}).get("UNTRUSTED")).lower() == "true")


class _Outputs:
    """Looks up whether an output path names something that is set."""

    def __init__(self, pipeline):
        self.stages = {s["stage"]: s for s in pipeline["stages"]}

    def job(self, stage, name):
        return next((j for j in self.stages[stage]["jobs"] if name_of(j) == name), None)

    def problem(self, stage, job_name, key):
        """None when key ('step.var', with what the job's kind puts before it) is set by the job."""
        job = self.job(stage, job_name)
        if job is None:
            return f"there is no job {job_name!r} in stage {stage!r}"
        parts, strategy = key.split("."), job.get("strategy") or {}
        if "deployment" in job:
            if parts[0] != job_name:
                return f"outputs of a deployment start with its name: outputs['{job_name}.{key}']"
            parts = parts[1:]
        elif "parallel" in strategy or "matrix" in strategy:
            parts = parts[1:]
            if len(parts) < 2:
                return f"outputs of a job with slices or a matrix start with the leg's name: outputs['<leg>.{key}']"
        steps = {s["name"]: s for s in steps_of(job) if "name" in s}
        if parts[0] not in steps:
            return f"job {job_name!r} has no step named {parts[0]!r}; there are {', '.join(steps) or 'none'}"
        known = outputs_of(steps[parts[0]])
        variable = ".".join(parts[1:])
        if known is not None and variable not in known:
            return f"step {parts[0]!r} sets no output {variable!r}; there are {', '.join(known) or 'none'}"
        return None


def outputs_exist(pipeline):
    outputs, needs = _Outputs(pipeline), stage_needs(pipeline)
    for stage in pipeline["stages"]:
        if stage.get("condition"):
            yield from _paths(stage["condition"], outputs, stage, None, needs)
        for job in stage["jobs"]:
            texts = [job.get("condition")]
            variables = job.get("variables") or {}
            values = variables.values() if isinstance(variables, dict) else [v.get("value") for v in variables]
            strategy = job.get("strategy") or {}
            for value in (*values, strategy.get("matrix"), strategy.get("parallel")):
                match = RUNTIME.fullmatch(value) if isinstance(value, str) else None
                if match:
                    text = type(value)(match[1])
                    text.where = at(value)
                    texts.append(text)
            for text in texts:
                if text:
                    yield from _paths(text, outputs, stage, job, needs)


def _paths(text, outputs, stage, job, needs):
    tree, problem = parsed(text, at(text))
    if problem:
        yield problem
        return
    # Only whole chains: the parts of one are not looked at again.
    inner = {id(p[1]) for p in walk(tree) if p[0] == "index"}
    for part in walk(tree):
        keys = path(part) if part[0] == "index" and id(part) not in inner else None
        if not keys or keys[0] not in ("dependencies", "stageDependencies"):
            continue
        message = _path_problem(keys, outputs, stage, job, needs)
        if message:
            yield Problem(at(text), message)


def _path_problem(keys, outputs, stage, job, needs):
    here = stage["stage"]
    if keys[0] == "stageDependencies":
        if job is None:
            return "a stage's condition reads dependencies.STAGE.outputs['JOB.STEP.VAR'], not stageDependencies"
        if len(keys) != 5 or keys[3] != "outputs":
            return None if len(keys) == 4 and keys[3] == "result" else \
                f"{'.'.join(keys)}: write stageDependencies.STAGE.JOB.outputs['STEP.VAR']"
        if keys[1] not in needs[here]:
            return f"stage {here!r} does not wait for {keys[1]!r}, so it sees nothing of it"
        return outputs.problem(keys[1], keys[2], keys[4])
    if job is None:
        if keys[1] not in needs[here]:
            return f"stage {here!r} does not wait for {keys[1]!r}, so it sees nothing of it"
        if keys[2] == "result":
            return None
        if len(keys) != 4 or keys[2] != "outputs" or keys[3].count(".") < 2:
            return f"{'.'.join(keys)}: a stage's condition reads dependencies.STAGE.outputs['JOB.STEP.VAR']"
        job_name, _, rest = keys[3].partition(".")
        return outputs.problem(keys[1], job_name, rest)
    if keys[1] not in listed(job.get("dependsOn")):
        return f"job {name_of(job)!r} does not wait for {keys[1]!r}, so it sees nothing of it"
    if keys[2] == "result":
        return None
    if len(keys) != 4 or keys[2] != "outputs":
        return f"{'.'.join(keys)}: write dependencies.JOB.outputs['STEP.VAR']"
    return outputs.problem(here, keys[1], keys[3])


def _texts(value):
    if isinstance(value, dict):
        for v in value.values():
            yield from _texts(v)
    elif isinstance(value, list):
        for v in value:
            yield from _texts(v)
    elif isinstance(value, str):
        yield value


# What docs/history.md has users put into a variable group.
OF_GROUPS = {"AZURE_STORAGE_SAS_TOKEN", "AZURE_COSMOS_KEY"}


def _declared(*holders):
    names = set()
    for holder in holders:
        variables = holder.get("variables") or {}
        names |= set(variables) if isinstance(variables, dict) else {v["name"] for v in variables if "name" in v}
        if not isinstance(variables, dict) and any("group" in v for v in variables):
            names |= OF_GROUPS
    return {n.lower() for n in names}


def matrix_variables(job):
    """Names that a job's matrix sets; None: whatever a job that runs before it says."""
    matrix = (job.get("strategy") or {}).get("matrix", {})
    if isinstance(matrix, dict):
        return {name.lower() for leg in matrix.values() for name in leg}
    return MATRIX_OF_CHANGED if "['changed.matrix']" in matrix else None


def titles_are_plain(pipeline):
    """The service fills in no variable in the name of a stage or a job."""
    for stage in pipeline["stages"]:
        for item in (stage, *stage["jobs"]):
            for name in MACRO.findall(item.get("displayName", "")):
                yield Problem(at(item["displayName"]), f"$({name}) stays as it is in the name of a stage or a job")


def macros_exist(pipeline):
    """$(name) names a variable that somebody sets; an unknown one stays as it is: a text, or in a script a command that
    is not there."""
    for stage in pipeline["stages"]:
        for job in stage["jobs"]:
            groups = any("group" in v or "template" in v for h in (pipeline, stage, job)
                         for v in (h.get("variables") if isinstance(h.get("variables"), list) else []))
            matrix = matrix_variables(job)
            if groups or steps_alone(stage, job) or matrix is None:
                continue
            for _, steps in hooks(job):
                known = _declared(pipeline, stage, job) | matrix
                for step in steps:
                    yield from _macros(step, known)
                    known |= {n.lower() for n in SET_VARIABLE.findall(script_of(step))}
                    if "name" in step:
                        outputs = outputs_of(step)
                        known |= {f"{step['name']}.*".lower()} if outputs is None else {
                            f"{step['name']}.{o}".lower() for o in outputs}


def _is_command(name, script):
    """Whether $(name) in a script may be the output of a command; a variable's name mostly has a dot."""
    return "." not in name and (name in SHELL_WORDS or shutil.which(name) is not None
                                or re.search(rf"^\s*(function\s+)?{re.escape(name)}\s*\(\)", script,
                                    re.MULTILINE) is not None)


def _macros(step, known):
    script = script_of(step)
    for text in _texts(step):
        for name in MACRO.findall(text):
            low = name.lower()
            set_by = low in BROUGHT_BY_NAME or BROUGHT.match(name) or low in known or f"{low.split('.')[0]}.*" in known
            if not set_by and not (text == script and _is_command(name, script)):
                yield Problem(at(text, at(step)), f"$({name}) is set by nobody before this step")


RULES = (names_are_good, waits_are_good, conditions_hold, gates_cannot_be_skipped, nothing_continues_on_error,
         promotions_are_earned, results_are_shown, tokens_stay_away_from_data, strangers_are_confined,
         outputs_exist, titles_are_plain, macros_exist)


def check(pipeline):
    return [problem for rule in RULES for problem in rule(pipeline)]


# --- one file as it is written ---
def lint_template(file, name):
    """Parameters are typed, explained in one line, and used; scripts get values by env, never by pasting."""
    text = file.read_text("utf-8")
    lines = text.splitlines()
    document = read(file, name)
    if not lines[0].startswith("# "):
        yield Problem(f"{name}:1", "a template starts with its purpose")
    for one in document.get("parameters") or []:
        where = at(one)
        number = int(where.rpartition(":")[2])
        comment, above = lines[number - 2].strip(), lines[number - 3].strip()
        if one.get("type") not in TYPES:
            yield Problem(where, f"the parameter {one['name']!r} has no type")
        if not comment.startswith("# ") or above.startswith("#"):
            yield Problem(where, f"the parameter {one['name']!r} needs one comment line above it")
        if not re.search(rf"\bparameters\.{re.escape(one['name'])}\b", text):
            yield Problem(where, f"the parameter {one['name']!r} is never used")
    for step in _steps(document):
        script = script_of(step)
        if MARK.search(script):
            yield Problem(at(step), "a script must get values by env: text pasted into it is run")


def _steps(node):
    if isinstance(node, dict):
        if script_of(node):
            yield node
        for value in node.values():
            yield from _steps(value)
    elif isinstance(node, list):
        for value in node:
            yield from _steps(value)
