"""Rehearses an expanded pipeline as the service and its agents would run it, on this machine.

A Project is what outlives a run: the repository (a bare one), environments with their checks, feeds, secure files, and
the agents, which keep their work folders from job to job and from run to run.
Project.run() gives a Run with all that a person could see: results of stages, jobs and steps, the log, the Tests tab,
summaries, tags, artifacts. Where an agent would warn and go on, so does this one; where its doing is not known here
(a task that nobody taught it), it stops with NotRehearsed.
"""
import contextlib
import fnmatch
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading

from pipelines.expressions import evaluate, parse, text_of, truth
from pipelines.meaning import MACRO, RUNTIME, all_before, hooks, is_true, listed, name_of, stage_needs, steps_of
from support import azure_reader, handler

SUCCEEDED, ISSUES, FAILED, SKIPPED, CANCELED = "Succeeded", "SucceededWithIssues", "Failed", "Skipped", "Canceled"
WORSE = [SKIPPED, SUCCEEDED, ISSUES, FAILED, CANCELED]
GOOD = (SUCCEEDED, ISSUES)
# Commands that a step may give although its target says commands: restricted.
RESTRICTED = {"task.logdetail", "task.logissue", "task.issue", "task.complete", "task.setprogress", "task.setsecret",
              "task.setvariable", "task.debug", "task.settaskvariable", "task.prependpath", "telemetry.publish"}
STEP_TIMEOUT_S = 240
NESTED_MACROS = 5
# An agent waits 5 seconds before it ends a step that said done=true; the order of things is the same.
DONE_GRACE_S = 0.3


class NotRehearsed(Exception):
    pass


def worst(results):
    return max(results, key=WORSE.index, default=SUCCEEDED)


class Variables:
    """Names without regard to case; which are secret."""

    def __init__(self, *holders):
        self.values, self.secrets = {}, set()
        for holder in holders:
            for name, value in holder.items():
                self.set(name, value)

    def set(self, name, value, secret=False):
        self.values[name.lower()] = (name, text_of(value))
        if secret:
            self.secrets.add(name.lower())

    def get(self, name):
        return self.values.get(name.lower(), (None, None))[1]

    def put(self, text):
        """Replaces $(name) where there is such a variable; else it stays, as there. Variables may hold others."""
        for _ in range(NESTED_MACROS):
            before, text = text, MACRO.sub(lambda m: m[0] if self.get(m[1]) is None else self.get(m[1]), text)
            if text == before:
                break
        return text

    def environment(self):
        """Upper case, dots to _; secrets stay out."""
        return {re.sub(r"[. ]", "_", name.upper()): value for low, (name, value) in self.values.items()
                if low not in self.secrets}

    def look_up(self, key):
        return self.get(key)


class _AsDict(dict):
    def __init__(self, variables):
        super().__init__()
        self.look_up = variables.get


class StepRun:
    def __init__(self, name, title):
        self.name, self.title, self.result, self.lines = name, title, SUCCEEDED, []


class JobRun:
    def __init__(self, name, leg=None):
        self.name, self.leg, self.result, self.steps, self.outputs = name, leg, SKIPPED, [], {}

    def step(self, name):
        return next(s for s in self.steps if name in (s.name, s.title))


class StageRun:
    def __init__(self, name):
        self.name, self.result, self.jobs, self.legs = name, SKIPPED, {}, []

    def outputs(self):
        return {f"{job}.{key}": value for job, run in self.jobs.items() for key, value in run.outputs.items()}


class Run:
    def __init__(self, project, pipeline, variables, token):
        self.project, self.pipeline, self.variables, self.token = project, pipeline, variables, token
        self.stages, self.tests, self.summaries, self.tags, self.issues = {}, {}, [], [], []
        self.blocked, self.asked, self.lines, self.artifacts = [], [], [], {}
        self.connections, self.pages, self.attachments = [], [], []
        self.folder = project.folder / f"run{variables['Build.BuildId']}"
        self.attempts, self.lock = {}, threading.RLock()

    @property
    def result(self):
        return worst(s.result for s in self.stages.values())

    def results(self):
        return {name: stage.result for name, stage in self.stages.items()}

    def log(self):
        return "\n".join(self.lines)

    def job(self, stage, name):
        return self.stages[stage].jobs[name]

    def failed_tests(self):
        """What stands red in the Tests tab: {title of the run: titles of cases}."""
        red = {title: [c["title"] for c in cases if c["outcome"] == azure_reader.FAILED]
               for title, cases in self.tests.items()}
        return {title: cases for title, cases in red.items() if cases}

    # --- stages ---
    def again(self, name):
        """Runs a stage once more, as somebody may from the run's page, and those that wait for it."""
        needs = stage_needs(self.pipeline)
        for stage in [name, *(s for s in needs if name in all_before(needs, s))]:
            self.attempts[stage] = self.attempts.get(stage, 1) + 1
            del self.stages[stage]
        return self.go()

    def go(self):
        needs = stage_needs(self.pipeline)
        waiting = [s for s in self.pipeline["stages"] if s["stage"] not in self.stages]
        while waiting:
            stage = next((s for s in waiting if all(n in self.stages for n in needs[s["stage"]])), None)
            if stage is None:
                raise NotRehearsed("stages wait for each other")
            waiting.remove(stage)
            self.stage(stage, [self.stages[n] for n in needs[stage["stage"]]])
        return self

    def stage(self, stage, before):
        run = StageRun(stage["stage"])
        known = {b.name: {"result": b.result, "outputs": b.outputs()} for b in before}
        if not self.holds(stage.get("condition"), [b.result for b in before], {"dependencies": known}):
            self.stages[run.name] = run
            return
        # Service connections are looked for before any variable has a value.
        self.connections += [(run.name, value) for job in stage["jobs"] for step in steps_of(job)
                             for key, value in (step.get("inputs") or {}).items() if key == "azureSubscription"]
        allowed = all([self.ask(job["environment"]) for job in stage["jobs"] if "deployment" in job])
        if not allowed:
            run.result = FAILED
            self.stages[run.name] = run
            return
        stages = {b.name: {n: {"result": j.result, "outputs": j.outputs} for n, j in b.jobs.items()} for b in before}
        waiting = list(stage["jobs"])
        while waiting:
            job = next(j for j in waiting if all(n in run.jobs for n in listed(j.get("dependsOn"))))
            waiting.remove(job)
            self.jobs(stage, job, run, stages)
        run.result = worst(j.result for j in run.jobs.values())
        self.stages[run.name] = run

    def ask(self, environment):
        """All checks of an environment; one that nobody made has none."""
        name = environment if isinstance(environment, str) else environment["name"]
        self.asked.append(name)
        return all(check(self) for check in self.project.environments.setdefault(name, []))

    def holds(self, condition, results, contexts, variables=None, status=None):
        status = status or {
            "succeeded": lambda *names: all(r in GOOD for r in results),
            "failed": lambda *names: any(r == FAILED for r in results),
            "succeededOrFailed": lambda *names: all(r in (*GOOD, FAILED) for r in results),
            "always": lambda: True,
            "canceled": lambda: False,
        }
        names = {"variables": _AsDict(variables or Variables(self.variables)), **contexts}
        return truth(evaluate(parse(condition or "succeeded()"), names, status))

    # --- jobs ---
    def jobs(self, stage, job, run, stages):
        before = [run.jobs[n] for n in listed(job.get("dependsOn"))]
        contexts = {"dependencies": {b.name: {"result": b.result, "outputs": b.outputs} for b in before},
                    "stageDependencies": stages}
        whole = JobRun(name_of(job))
        run.jobs[whole.name] = whole
        if not self.holds(job.get("condition"), [b.result for b in before], contexts):
            return
        legs = self.legs(job, contexts)
        results = []
        for leg, more in legs:
            one = JobRun(whole.name, leg)
            run.legs.append(one)
            with self.project.agent() as folder:
                Job(self, stage, job, one, more, contexts, folder).go()
            results.append(one.result)
            prefix = f"{leg}." if leg else f"{whole.name}." if "deployment" in job else ""
            whole.outputs.update({prefix + k: v for k, v in one.outputs.items()})
            whole.steps += one.steps
        whole.result = worst(results) if legs else FAILED

    def legs(self, job, contexts):
        strategy = job.get("strategy") or {}
        if "parallel" in strategy:
            count = int(text_of(strategy["parallel"]))
            return [(f"slice{i}", {"System.JobPositionInPhase": str(i), "System.TotalJobsInPhase": str(count)})
                    for i in range(1, count + 1)]
        if "matrix" in strategy:
            matrix = strategy["matrix"]
            if isinstance(matrix, str):
                matrix = json.loads(evaluate(parse(RUNTIME.fullmatch(matrix)[1]), contexts))
            # An empty matrix is an error of the service's, not a job that passes, and so is a name that it refuses.
            good = len(matrix) <= 256 and all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,99}", leg) for leg in matrix)
            return [(leg, dict(values)) for leg, values in matrix.items()] if good else []
        return [(None, {})]


class Job:
    """One job on an agent, which empties its _temp and the staging folder, and leaves everything else as the job before
    left it."""

    def __init__(self, run, stage, job, out, more, contexts, root):
        self.run, self.stage, self.job, self.out, self.root = run, stage, job, out, root
        attempt = str(run.attempts.get(stage["stage"], 1))
        self.folders = {
            "Agent.TempDirectory": self.root / "_temp", "Agent.ToolsDirectory": self.root / "_tool",
            "Pipeline.Workspace": self.root / "1", "Build.SourcesDirectory": self.root / "1/s",
            "Build.ArtifactStagingDirectory": self.root / "1/a",
        }
        for name in ("Agent.TempDirectory", "Build.ArtifactStagingDirectory"):
            shutil.rmtree(self.folders[name], ignore_errors=True)
        for folder in self.folders.values():
            folder.mkdir(parents=True, exist_ok=True)
        self.variables = Variables(run.variables, {k: str(v) for k, v in self.folders.items()}, {
            "System.DefaultWorkingDirectory": str(self.folders["Build.SourcesDirectory"]), "Agent.OS": "Linux",
            "Agent.JobStatus": SUCCEEDED, "System.StageName": stage["stage"], "System.JobName": out.name,
            "System.PhaseName": out.name, "System.JobAttempt": attempt, "System.StageAttempt": attempt,
            "TF_BUILD": "True"})
        self.secret("System.AccessToken", run.token)
        for holder in (run.pipeline, stage, job):
            for name, value in self.declared(holder):
                match = RUNTIME.fullmatch(value)
                self.variables.set(name, evaluate(parse(match[1]), contexts) if match else self.variables.put(value))
        for name, value in more.items():
            self.variables.set(name, value)
        self.path = [run.project.tools]

    def declared(self, holder):
        variables = holder.get("variables") or {}
        if isinstance(variables, dict):
            return [(k, text_of(v)) for k, v in variables.items()]
        groups = [pair for v in variables if "group" in v for pair in self.run.project.groups[v["group"]].items()]
        return groups + [(v["name"], text_of(v["value"])) for v in variables if "name" in v]

    def secret(self, name, value):
        self.variables.set(name, value, secret=True)
        self.run.project.secrets.add(value)

    def go(self):
        self.out.result = SUCCEEDED
        for _, steps in hooks(self.job):
            if "deployment" in self.job and not any("download" in s for s in steps):
                self.download({"download": "current"}, StepRun(None, "Download artifacts"))
            for step in steps:
                self.step(step)
        self.publish_by_itself()

    def step(self, step):
        title = self.variables.put(step.get("displayName", step.get("task", "script")))
        out = StepRun(step.get("name"), title)
        failed = self.out.result == FAILED
        status = {"succeeded": lambda: not failed, "failed": lambda: failed, "succeededOrFailed": lambda: True,
                  "always": lambda: True, "canceled": lambda: False}
        self.out.steps.append(out)
        if not is_true(step.get("enabled", "true")) or \
                not self.run.holds(step.get("condition"), [], {}, self.variables, status):
            out.result = SKIPPED
            return
        kind = next(k for k in ("checkout", "bash", "script", "publish", "download", "task") if k in step)
        self.say(out, f"##[section]{title}")
        results = [getattr(self, "script" if kind == "bash" else kind)(step, out) or SUCCEEDED]
        out.result = worst([*results, *([out.result] if out.result != SUCCEEDED else [])])
        if out.result == FAILED and is_true(step.get("continueOnError", "false")):
            out.result = ISSUES
        if out.result in (FAILED, ISSUES):
            self.out.result = worst([self.out.result, out.result])
        self.variables.set("Agent.JobStatus", self.out.result)

    # --- the log ---
    def say(self, out, line):
        for secret in self.run.project.secrets:
            line = line.replace(secret, "***")
        with self.run.lock:
            out.lines.append(line)
            self.run.lines.append(line)

    def obey(self, step, out, line):
        """Acts on a command in a line; True when the step shall end now."""
        commands = azure_reader.read_log(line)
        if not commands:
            self.say(out, line)
            return False
        event, properties, data = commands[0]
        event = event.lower()
        properties = {k.lower(): v for k, v in properties.items()}
        target = step.get("target")
        if isinstance(target, dict) and target.get("commands") == "restricted" and event not in RESTRICTED:
            self.run.blocked.append(event)
            self.say(out, f"##[warning]{event} is not allowed in this step")
            return False
        if event == "task.complete":
            out.result = worst([out.result, properties["result"]])
            return properties.get("done", "").lower() == "true"
        handler = getattr(self, "on_" + event.replace(".", "_"), None)
        if handler:
            handler(step, out, properties, data)
        elif event.split(".")[0] in ("task", "build", "artifact", "results"):
            self.say(out, f"##[error]unknown command {event}")
            out.result = FAILED
        return False

    def on_task_setvariable(self, step, out, properties, data):
        name, target = properties["variable"], step.get("target")
        allowed = target.get("settableVariables") if isinstance(target, dict) else None
        if allowed == "none" or (isinstance(allowed, list) and not any(fnmatch.fnmatch(name, a) for a in allowed)):
            self.run.blocked.append(f"task.setvariable {name}")
            self.say(out, f"##[warning]{name} may not be set by this step")
            return
        if properties.get("isoutput", "").lower() == "true":
            # A step without a name gets one from the agent, which nobody can know beforehand.
            name = f"{step.get('name', 'unnamed')}.{name}"
            self.out.outputs[name] = data
        if properties.get("issecret", "").lower() == "true":
            self.secret(name, data)
        else:
            self.variables.set(name, data)

    def on_task_setsecret(self, step, out, properties, data):
        self.run.project.secrets.add(data)

    def on_task_prependpath(self, step, out, properties, data):
        self.path.insert(0, data)

    def on_task_logissue(self, step, out, properties, data):
        self.run.issues.append((properties["type"], data))
        self.say(out, f"##[{properties['type']}]{data}")

    on_task_issue = on_task_logissue

    def on_task_setprogress(self, step, out, properties, data):
        pass

    on_task_debug = on_task_setprogress

    def on_task_uploadsummary(self, step, out, properties, data):
        if not pathlib.Path(data).is_file():
            self.say(out, f"##[error]no such file: {data}")
            out.result = FAILED
        else:
            self.run.summaries.append(pathlib.Path(data).read_text("utf-8"))
            self.run.pages.append(pathlib.Path(data).stem)

    def on_task_addattachment(self, step, out, properties, data):
        name = properties.get("name", "")
        if not pathlib.Path(data).is_file() or not properties.get("type") or not name or "/" in name:
            self.say(out, f"##[error]no attachment: {properties} {data}")
            out.result = FAILED
        else:
            self.run.attachments.append((properties["type"], name, pathlib.Path(data).read_bytes()))

    def on_build_addbuildtag(self, step, out, properties, data):
        if ":" in data or not data:
            self.say(out, f"##[error]not a tag: {data}")
            out.result = FAILED
        self.run.tags.append(data)

    def on_results_publish(self, step, out, properties, data):
        self.show(properties.get("runtitle", ""), properties["resultfiles"].split(","), out,
                  is_true(properties.get("mergeresults", "true")))

    # --- steps ---
    def execute(self, step, out, command, environment):
        env = {"PATH": ":".join(map(str, self.path)) + ":" + os.environ["PATH"], "HOME": str(self.root / "_temp"),
               # Nothing is asked of the service that the addresses name.
               "https_proxy": "http://127.0.0.1:9", "LANG": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
               **self.variables.environment(), **environment}
        folder = self.variables.put(step.get("workingDirectory", "$(System.DefaultWorkingDirectory)"))
        process = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        ended = []

        def end(reason):
            ended.append(reason)
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        timers = [threading.Timer(STEP_TIMEOUT_S, end, ["time"])]
        timers[0].start()
        for raw in process.stdout:
            # An agent ends lines at CR too.
            for line in re.split(r"\r\n|\r|\n", raw.decode("utf-8", "replace").rstrip("\n")):
                if self.obey(step, out, line):
                    timers.append(threading.Timer(DONE_GRACE_S, end, ["done"]))
                    timers[-1].start()
        code = process.wait()
        for timer in timers:
            timer.cancel()
        if ended == ["done"]:
            return SUCCEEDED
        if ended:
            raise NotRehearsed(f"{out.title} took more than {STEP_TIMEOUT_S} s")
        out.code = code
        return code

    def script(self, step, out):
        path = self.folders["Agent.TempDirectory"] / f"script{len(self.out.steps)}.sh"
        path.write_text(self.variables.put(step.get("bash") or step["script"]), "utf-8")
        environment = {k: self.variables.put(text_of(v)) for k, v in (step.get("env") or {}).items()}
        code = self.execute(step, out, ["bash", "--noprofile", "--norc", str(path)], environment)
        if code == SUCCEEDED or code == 0:
            return SUCCEEDED
        self.say(out, f"##[error]Bash exited with code '{code}'.")
        return FAILED

    def git(self, out, *arguments, folder=None):
        done = subprocess.run(["git", *arguments], cwd=folder or self.folders["Build.SourcesDirectory"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(self.root / "_temp")})
        for line in done.stdout.splitlines():
            self.say(out, line.replace("##vso", "**vso"))
        return done.returncode

    def checkout(self, step, out):
        if step["checkout"] == "none":
            return SUCCEEDED
        if step["checkout"] != "self":
            raise NotRehearsed(f"checkout: {step['checkout']}")
        depth, commit = int(text_of(step.get("fetchDepth", "1"))), self.variables.get("Build.SourceVersion")
        branch = self.variables.get("Build.SourceBranch")
        tags = "--tags" if is_true(step.get("fetchTags", "false")) else "--no-tags"
        fetch = ["fetch", "--force", tags, "--prune", "--no-recurse-submodules", "origin"]
        if step.get("fetchFilter"):
            fetch[1:1] = [f"--filter={step['fetchFilter']}"]
        if depth:
            fetch[1:1] = [f"--depth={depth}"]
            fetch += [f"+{commit}:refs/remotes/origin/{branch.split('/')[-1]}"]
        else:
            if (self.folders["Build.SourcesDirectory"] / ".git/shallow").exists():
                fetch[1:1] = ["--unshallow"]
            fetch += ["+refs/heads/*:refs/remotes/origin/*"]
            if branch.startswith("refs/pull/"):
                fetch += [f"+{branch}:refs/remotes/{branch.removeprefix('refs/')}"]
        # The token is given to each command and kept nowhere.
        login = ["-c", f"http.extraheader=AUTHORIZATION: bearer {self.variables.get('System.AccessToken')}"]
        folder = self.folders["Build.SourcesDirectory"]
        there = (folder / ".git").exists()
        if not there:
            for old in folder.iterdir():
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        clean = [["clean", "-ffdx", "--quiet"],
            ["reset", "--hard", "--quiet", "HEAD"]] if is_true(step.get("clean", "false")) else []
        start = clean if there else [["init", "--quiet"], ["remote", "add", "origin", self.run.project.url]]
        for command in (*start, [*login, *fetch], [*login, "checkout", "--quiet", "--force", "--detach", commit]):
            if self.git(out, *command):
                return FAILED
        return SUCCEEDED

    def publish(self, step, out):
        source, name = pathlib.Path(self.variables.put(step["publish"])), self.variables.put(step.get("artifact", ""))
        with self.run.lock:
            if not source.exists() or name in self.run.artifacts or not re.fullmatch(r"[\w.-]+", name):
                self.say(out,
                    f"##[error]cannot keep {source} as {name!r}: it is missing, or the name is taken or no name")
                return FAILED
            kept = self.run.folder / "artifacts" / name
            shutil.copytree(source, kept)
            self.run.artifacts[name] = kept
        return SUCCEEDED

    def download(self, step, out):
        if step["download"] == "none":
            return SUCCEEDED
        wanted, patterns = (self.variables.put(step.get(key, default))
            for key, default in (("artifact", ""), ("patterns", "**")))
        return self.bring(out, wanted, patterns, lambda name: self.folders["Pipeline.Workspace"] / name)

    def pipeline_download(self, step, out, inputs):
        wanted, path = inputs.get("artifact", ""), pathlib.Path(inputs["path"])
        # One artifact goes right into the path, several to a folder each.
        return self.bring(out, wanted, inputs.get("patterns", "**"), lambda name: path if wanted else path / name)

    def build_download(self, step, out, inputs):
        wanted = inputs.get("artifactName", "")
        return self.bring(out, wanted, inputs.get("itemPattern", "**"),
            lambda name: pathlib.Path(inputs["downloadPath"]) / name)

    def build_publish(self, step, out, inputs):
        return self.publish({"publish": inputs["pathToPublish"], "artifact": inputs["artifactName"]}, out)

    def azure_cli(self, step, out, inputs):
        return self.script({"bash": inputs["inlineScript"], "env": step.get("env")}, out)

    def bring(self, out, wanted, patterns, folder):
        names = [wanted] if wanted else sorted(self.run.artifacts)
        for name in names:
            if name not in self.run.artifacts:
                self.say(out,
                    f"##[error]Artifact {name} was not found for build {self.variables.get('Build.BuildId')}.")
                return FAILED
            for file in sorted(p for p in self.run.artifacts[name].rglob("*") if p.is_file()):
                inside = file.relative_to(self.run.artifacts[name])
                # Patterns look at artifact/path when all artifacts are fetched, at path when it is one.
                if fnmatch.fnmatch(str(inside if wanted else name / inside), patterns):
                    to = folder(name) / inside
                    to.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(file, to)
        return SUCCEEDED

    # --- tasks ---
    def task(self, step, out):
        name = step["task"].partition("@")[0]
        inputs = {k: self.variables.put(text_of(v)) for k, v in (step.get("inputs") or {}).items()}
        if name.startswith("Modelgate"):
            return self.own_task(step, out, inputs)
        known = {"PublishTestResults": self.publish_tests, "DownloadSecureFile": self.secure_file,
                 "UniversalPackages": self.package, "PublishBuildArtifacts": self.build_publish,
                 "DownloadBuildArtifacts": self.build_download, "DownloadPipelineArtifact": self.pipeline_download,
                 "AzureCLI": self.azure_cli}
        if name not in known:
            raise NotRehearsed(f"the task {step['task']}")
        return known[name](step, out, inputs)

    def publish_tests(self, step, out, inputs):
        def yes(name):
            return is_true(inputs.get(name, "false"))
        files = sorted(pathlib.Path(inputs["searchFolder"]).glob(inputs["testResultsFiles"]))
        if not files:
            self.say(out, "##[warning]No test result files matching were found.")
            return FAILED if yes("failTaskOnMissingResultsFile") else SUCCEEDED
        red = self.show(inputs.get("testRunTitle", ""), files, out, yes("mergeTestResults"))
        return FAILED if red and yes("failTaskOnFailedTests") else SUCCEEDED

    def show(self, title, files, out, merge):
        """Puts files into the Tests tab; True when a case failed. One that cannot be read is but a warning."""
        runs = azure_reader.tests_tab(files, title, merge, build=self.variables.get("Build.BuildId"))
        if len(runs) < (1 if merge else len(files)):
            self.say(out, f"##[warning]Failed to read some of {', '.join(map(str, files))}")
        with self.run.lock:
            for one in runs:
                self.run.tests.setdefault(one["title"], []).extend(one["cases"])
        return any(case["outcome"] == azure_reader.FAILED for one in runs for case in one["cases"])

    def publish_by_itself(self):
        """What agents of the service do after a job in which nobody asked them to publish: JUnit files of the usual
        names, wherever they are. The names are the service's to say; test-*.xml are those that are known."""
        steps = [step.get("task", "") for _, steps in hooks(self.job) for step in steps]
        if "deployment" in self.job or any(re.match("PublishTestResults|Maven|Gradle", task) for task in steps):
            return
        found = [p for p in sorted(self.root.rglob("*.[xX][mM][lL]")) if "test-" in p.name.lower()]
        if found:
            self.show("", found, StepRun(None, "Test results that lie about"), False)

    def secure_file(self, step, out, inputs):
        path = self.folders["Agent.TempDirectory"] / inputs["secureFile"]
        path.write_bytes(self.run.project.secure_files[inputs["secureFile"]])
        path.chmod(0o600)
        self.variables.set(f"{step['name']}.secureFilePath", str(path))
        return SUCCEEDED

    def package(self, step, out, inputs):
        shutil.copytree(self.run.project.feeds[inputs["vstsFeed"], inputs["vstsFeedPackage"],
            inputs["vstsPackageVersion"]],
                        inputs["downloadDirectory"], dirs_exist_ok=True)
        return SUCCEEDED

    def own_task(self, step, out, inputs):
        name, _, major = step["task"].partition("@")
        folder = self.run.project.own_tasks / f"{name}V{major}"
        described = json.loads((folder / "task.json").read_text("utf-8"))
        environment = {}
        for one in described["inputs"]:
            value = inputs.pop(one["name"], one.get("defaultValue", ""))
            if one["type"] == "filePath":
                value = str(self.folders["Build.SourcesDirectory"] / value)
            environment[f"INPUT_{one['name'].upper().replace(' ', '_')}"] = value
        if inputs:
            raise NotRehearsed(f"{name} has no inputs {', '.join(inputs)}")
        token = self.variables.get("System.AccessToken")
        environment["ENDPOINT_AUTH_SYSTEMVSSCONNECTION"] = json.dumps(
            {"scheme": "OAuth", "parameters": {"AccessToken": token}})
        environment["ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN"] = token
        target = folder / described["execution"][handler.NAME]["target"]
        restricted = described.get("restrictions", {})
        step = {**step, "target": {"commands": restricted.get("commands", {}).get("mode", "any"),
                                   "settableVariables": restricted.get("settableVariables", {}).get("allowed")}}
        code = self.execute(step, out, [handler.node(), str(target)], environment)
        return SUCCEEDED if code in (0, SUCCEEDED) else FAILED


class Project:
    def __init__(self, folder, url, tools, own_tasks=None):
        self.folder, self.url, self.tools, self.own_tasks = pathlib.Path(folder), url, tools, own_tasks
        self.environments, self.feeds, self.secure_files, self.secrets, self.runs = {}, {}, {}, set(), 0
        self.groups, self.busy, self.lock = {}, set(), threading.Lock()

    @contextlib.contextmanager
    def agent(self):
        """The folder of the first agent that is free."""
        with self.lock:
            number = next(n for n in itertools.count(1) if n not in self.busy)
            self.busy.add(number)
        try:
            yield self.folder / f"agent{number}"
        finally:
            self.busy.discard(number)

    def run(self, pipeline, commit, branch="refs/heads/main", variables=None, token="job-token-41d7"):
        self.runs += 1
        given = {
            "Build.BuildId": str(self.runs), "Build.BuildNumber": f"20260102.{self.runs}",
            "Build.SourceVersion": commit,
            "Build.SourceBranch": branch, "Build.SourceBranchName": branch.split("/")[-1],
            "Build.Reason": "IndividualCI",
            "Build.RequestedFor": "Ada Lovelace", "Build.RequestedForEmail": "ada@example.com",
            "Build.Repository.Name": "models", "Build.Repository.Provider": "TfsGit", "Build.Repository.Id": "repo-id",
            "Build.DefinitionName": "release", "System.TeamProject": "ML", "System.TeamProjectId": "project-id",
            "System.CollectionUri": "https://dev.azure.com/example/", **(variables or {})}
        run = Run(self, pipeline, given, token)
        return run.go()
