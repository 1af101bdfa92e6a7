"""script/azure-setup against an organization that follows the published protocol, and one that misbehaves: what it says
is there is there, a second run changes nothing, and where it cannot tell it is red."""
import os
import re
import subprocess

from pipelines.corpus import SOURCE
from pipelines.organization import SIGN_IN, Organization
from pipelines.stories import holds, same

PRD = "models-prd:Ada Lovelace,Release Managers"


def setup(organization, *more, environments=("models-ppd", PRD), **environ):
    words = [SOURCE / "script/azure-setup", "--organization", organization.url, "--project", "ML models",
             "--repository", "models", "--ref", "refs/tags/v0.1.0", *more]
    for one in environments:
        words += ["--environment", one]
    done = subprocess.run(words, capture_output=True, text=True, env={
        "PATH": os.environ["PATH"], "HOME": "/nonexistent", "AZURE_DEVOPS_EXT_PAT": organization.token, **environ})
    holds(organization.token not in done.stdout + done.stderr, "the token is not shown")
    return done


def kinds(organization, name):
    return sorted(c["type"]["name"] for c in organization.checks.get(str(organization.environments[name]), []))


def test_made():
    """Everything is made, and a second run finds it there and changes nothing"""
    with Organization() as organization:
        done = setup(organization, "--dry-run")
        same((done.returncode, organization.changes()), (0, []), f"a dry run: {done.stderr}")
        holds("models-prd: would be made" in done.stdout, done.stdout)
        done = setup(organization, "--comments")
        same(done.returncode, 0, done.stderr)
        same({n: kinds(organization, n) for n in organization.environments},
             {"models-ppd": ["ExtendsCheck", "Task Check"], "models-prd": ["Approval", "ExtendsCheck", "Task Check"]},
             "checks")
        (approval,) = [c["settings"] for c in organization.checks[str(organization.environments["models-prd"])]
                       if c["type"]["name"] == "Approval"]
        same(([a["displayName"] for a in approval["approvers"]], approval["requesterCannotBeApprover"]),
             (["Ada Lovelace", "Release Managers"], True), "who approves")
        (template,) = [c["settings"]["extendsChecks"]
                       for c in organization.checks[str(organization.environments["models-ppd"])]
                       if c["type"]["name"] == "ExtendsCheck"]
        same(template,
            [{"repositoryType": "git", "repositoryName": "ML models/modelgate", "repositoryRef": "refs/tags/v0.1.0",
                         "templatePath": "templates/model-release.yml"}], "the template")
        same(list(organization.rights.values()), [[4 | 32 | 16384, 0]], "permissions")
        before = len(organization.changes())
        done = setup(organization, "--comments")
        same((done.returncode, len(organization.changes()) - before), (0, 0),
            f"the second run: {done.stdout}{done.stderr}")


def test_differs():
    """What is there and differs is told and left, and so is a permission that is denied"""
    with Organization() as organization:
        setup(organization)
        before = len(organization.changes())
        for more, environments, words in ((("--ref", "refs/tags/v9"), ("models-ppd",), "required template"),
                                          (("--branch", "refs/heads/dev"), ("models-ppd",), "branch control"),
                                          ((), ("models-prd:Ada Lovelace",), "approval by Ada Lovelace")):
            done = setup(organization, *more, environments=environments)
            same((done.returncode, len(organization.changes()) - before), (1, 0), f"{words}: {done.stdout}")
            holds(f"{words}: " in done.stderr and "is asked for" in done.stderr, done.stderr)
        next(iter(organization.rights.values()))[:] = [0, 32]
        done = setup(organization)
        holds(done.returncode == 1 and "is denied" in done.stderr, done.stderr)


def test_names():
    """An approver whom nobody or several bear the name of makes nothing up"""
    with Organization() as organization:
        done = setup(organization, environments=("models-prd:Nobody",))
        holds(done.returncode == 1 and "nobody is named 'Nobody'" in done.stderr, done.stderr)
        organization.people.append("Ada Lovelace (old)")
        done = setup(organization, environments=("models-prd:Ada Lovelace",))
        holds(done.returncode == 1 and "is not one identity but 2" in done.stderr, done.stderr)
        same("Approval" in kinds(organization, "models-prd"), False, "checks")
        # The service finds environments whose names begin so.
        organization.environments = {"models-prd-churn": 99}
        organization.people.pop()
        same(setup(organization).returncode, 0, "another environment of a longer name")
        same(sorted(organization.environments), ["models-ppd", "models-prd", "models-prd-churn"], "environments")


def test_misbehaves():
    """Errors, pages to sign in at, silence and lies are red, and say what to do; being asked to wait is not"""
    def fault(status, body=b"{}", kind="application/json", only="GET", **headers):
        return lambda handler, method, path: method == only and (handler.send(status, body, kind, **headers), True)[1]

    def drop(handler, method, path):
        handler.close_connection = True
        handler.connection.close()
        return True

    def forget(handler, method, path):
        # It says yes, and does nothing.
        return method == "POST" and "configurations" in path and (handler.send(200, b'{"id": 1}'), True)[1]

    def forget_rights(handler, method, path):
        return method == "POST" and "accesscontrol" in path and (handler.send(200, b'{"value": []}'), True)[1]
    cases = [(fault(401), "the token is not accepted"), (fault(203, SIGN_IN, "text/html"), "is the token still valid?"),
             (fault(302, b"", Location="https://example.com/"), "the token is not accepted"),
             (fault(403, b'{"message": "TF400813: ##vso[task.complete]no"}', only="POST"),
                 "TF400813: **vso[task.complete]no"),
             (fault(404), "there is no such thing"), (fault(500, b"oops", "text/plain"), "run it again later"),
             (fault(200, b"[1, 2"), "the answer (HTTP 200) is not the service's"),
             (fault(200, b"[]"), "is not the service's"),
             (fault(200, b'{"value": [{"name": "models-ppd", "id": "x"}]}'), "gives no id"),
             (drop, "run it again"), (forget, "and does not have it"), (forget_rights, "and does not have them")]
    for faulty, words in cases:
        with Organization() as organization:
            organization.faulty = faulty
            done = setup(organization)
            holds(done.returncode == 1 and words in done.stderr,
                f"{words}: {done.returncode} {done.stdout} {done.stderr}")
            holds("##vso" not in done.stdout + done.stderr, "nothing obeys the server")
    with Organization() as organization:
        busy = [503, 429]
        organization.faulty = lambda handler, method, path: bool(busy) and (handler.send(busy.pop(), b"{}",
            Retry_After="0"), True)[1]
        same(setup(organization).returncode, 0, "asked to wait, twice")


def test_documented():
    """The commands of docs/azure.md do what the page says"""
    block = re.search(r"```sh\n(read -rs AZURE.*?)```", (SOURCE / "docs/azure.md").read_text(), re.S)[1]
    with Organization() as organization:
        for dry in (True, False):
            text = block.replace("https://dev.azure.com/example", organization.url).replace("--dry-run",
                "--dry-run" if dry else "")
            done = subprocess.run(["bash", "-ec", text], cwd=SOURCE, input=organization.token + "\n",
                                  capture_output=True, text=True,
                                  env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
            same((done.returncode, bool(organization.changes())), (0, not dry), done.stdout + done.stderr)
        same({n: len(kinds(organization, n)) for n in organization.environments},
             {"models-ppd": 2, "models-pps": 2, "models-prd": 3}, "checks")


def test_usage():
    """A wrong command line is refused before anything is asked, and the token goes to no address without TLS"""
    with Organization() as organization:
        for words in (("--organization", "http://dev.azure.com/example"), ("--ref", "v0.1.0"), ("--fly", "x"),
                      ("--branch",), ("--identities", "http://example.com/x")):
            same((setup(organization, *words).returncode, organization.calls), (2, []), words)
        done = setup(organization, AZURE_DEVOPS_EXT_PAT="")
        holds(done.returncode == 1 and "there is no token" in done.stderr, done.stderr)
        same(setup(organization, AZURE_DEVOPS_EXT_PAT="wrong").returncode, 1, "a token that is not accepted")
