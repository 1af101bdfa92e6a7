"""promote --azure: who approved is what the service keeps of the build's stage; typed names are claimed, and do not
count where the policy has approvals: service. Nothing that the service does wrong makes an approver."""

import json

from support.lab import Lab
from support.service import Service, fails, sends, waits

STRICT = "approvals: service\nstages: [{name: PPD, approvers: [ada@example.com, Ada]}, PPS, PRD]\n"
ADA = ("Ada Lovelace", "ada@example.com")


def job(service, **more):
    return {"SYSTEM_COLLECTIONURI": service.url, "SYSTEM_TEAMPROJECTID": "project-id", "BUILD_BUILDID": "812",
        "SYSTEM_STAGENAME": "churn_PPD", "SYSTEM_ACCESSTOKEN": service.token, **more}


def refused(lab, service, *arguments, **more):
    """The words of the rule approver; it is the only one, and nothing is written."""
    before = lab.refs()
    done = lab.promote("PPD", "--azure", *arguments, environment=job(service, **more), run=lab.file)
    said = (done.stdout + done.stderr).decode()
    assert service.token not in said.replace("SYSTEM_ACCESSTOKEN", ""), "the token is shown"
    good = done.returncode == 1 and said.count("fix:") and "REFUSED  churn PPD: 1 rule is broken" in said
    return said if good and lab.refs() == before else None


def told(lab, tag):
    return [line for line in lab.message(tag).splitlines() if line.startswith("Approved-by")]


def real_ones(lab, service):
    approval = service.approve("churn_PPD", ADA)
    service.approve("churn_PPD", ("Eve", "eve@example.com"), status="pending")
    done = lab.promote("PPD", "--azure", "--approver", "Grace", environment=job(service), run=lab.file)
    assert done.returncode == 0, done
    tag = "churn#PPD#1"
    assert told(lab, tag) == ["Approved-by: Ada Lovelace <ada@example.com> (service)", "Approved-by: Grace (claimed)"]
    shown = lab.modelgate("show", tag).stdout.decode()
    assert "approved by Ada Lovelace <ada@example.com> (service)\n            Grace (claimed)\n" in shown, shown
    assert lab.modelgate("verify").returncode == 0, lab.modelgate("verify").stdout
    # Without the words of a pipeline's log, as the task asks.
    asked = lab.promote("PPD", "--approvals", "service", "--json", "--dry-run", environment=job(service), run=lab.file)
    assert (asked.returncode, json.loads(asked.stdout)["outcome"]) == (0, "done before"), asked
    # A tag by hand that calls a typed name the service's, or drops the mark.
    raw = lab.git("cat-file", "tag", tag) + "\n"
    for text in (raw.replace("(claimed)", "(service)"), raw.replace("Ada Lovelace <ada@example.com> (service)", "Ada")):
        made = lab.git("hash-object", "-w", "-t", "tag", "--stdin", "--literally", input=text)
        lab.git("update-ref", f"refs/tags/{tag}", made)
        assert lab.modelgate("verify").returncode == 1, text
    for name in lab.refs():
        lab.git("update-ref", "-d", f"refs/tags/{name}")
    return approval


def none_made_up(lab, service, approval):
    step = approval["steps"][0]
    good = json.dumps(approval)
    spoilt = {"of another build": lambda: approval["pipeline"]["owner"].update(id=7),
        "of no build": lambda: approval.pop("pipeline"),
        "rejected": lambda: approval.update(status="rejected"),
        "one who did not": lambda: step.update(status="pending"),
        "one who was asked only": lambda: step.update(assignedApprover=step.pop("actualApprover")),
        "a name for an account": lambda: step["actualApprover"].update(displayName="ada@example.com", uniqueName="eve"),
        "a name like a tag's": lambda: step["actualApprover"].update(
            displayName="<ada@example.com> (service)", uniqueName="eve@example.com"),
        "an account like a tag's": lambda: step["actualApprover"].update(uniqueName="eve <ada@example.com"),
        "no text": lambda: step["actualApprover"].update(uniqueName=["ada@example.com"])}
    for name, spoil in spoilt.items():
        spoil()
        assert refused(lab, service), name
        approval.clear()
        approval.update(json.loads(good))
        step = approval["steps"][0]
    for name in ("ada@example.com", "Ada", "Ada <ada@example.com> (service)"):
        assert refused(lab, service, "--approver", name, SYSTEM_STAGENAME="churn_PPS"), f"typed: {name}"
    assert refused(lab, service, BUILD_BUILDID="813"), "another build"
    said = refused(lab, service, SYSTEM_ACCESSTOKEN="")
    assert said and "SYSTEM_ACCESSTOKEN is not set" in said, said
    done = lab.promote("PPD", "--approver", "Ada", run=lab.file)
    assert done.returncode == 1 and b"with --azure; it was not asked" in done.stdout, done


def a_bad_service(lab, service):
    for answer, words in ((fails(401, "no"), "HTTP 401"), (fails(403, "TF1"), "View"), (fails(500), "HTTP 500"),
            (sends(200, b"<html>"), "JSON"), (sends(200, b"[]", "application/json"), "JSON"),
            (sends(200, b'{"records": 7}', "application/json"), "no stage"),
            (sends(200, b'{"value": {"status": "approved"}}', "application/json", only="approvals?"), ""),
            (sends(302, b"", Location="http://127.0.0.1:1/"), "HTTP 302")):
        service.faulty = answer
        said = refused(lab, service)
        assert said and words in said, f"{words}: {said}"
    service.faulty = waits(5)
    said = refused(lab, service, "--timeout", "1s")
    assert said, "a service that is slow"
    service.faulty = None
    # Where the policy does not ask for it, a service that does not answer holds nothing up.
    lab.commit("lax", policy=STRICT.replace("approvals: service\n", ""))
    service.faulty = fails(500)
    done = lab.promote("PPD", "--azure", "--approver", "Ada", environment=job(service))
    assert done.returncode == 0 and b"does not tell who approved" in done.stderr, done
    assert told(lab, "churn#PPD#1") == ["Approved-by: Ada (claimed)"], told(lab, "churn#PPD#1")


def test_approvals():
    with Lab() as lab, Service() as service:
        lab.commit("rules", policy=STRICT)
        lab.file = lab.run("PPD")
        approval = real_ones(lab, service)
        none_made_up(lab, service, approval)
        a_bad_service(lab, service)
