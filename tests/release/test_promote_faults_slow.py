"""`modelgate promote --push` when the way to the server or the server itself fails: what it says is
true, nothing is half done for good, and the same command again finishes."""

import pathlib
import signal
import subprocess
import threading
import time

from support.registry import Registry, shows_secret
from support.server import LOGIN, TOKEN, Proxy

REFUSED, CANNOT = 1, 3
STAGE, VERSION = "churn#PPD#1", "churn@v0.0.1"


def says(done, code, *words):
    missing = [word for word in words if word not in done.text]
    assert done.code == code and not missing and not shows_secret(done), f"wanted exit {code} and {words}: {done}"


def is_done(registry, folder, done, what):
    """One tag of the stage, one version, one evidence; the clone has what the server has."""
    assert done.code == 0, f"{what}: it finishes: {done}"
    tags = registry.tags("")
    kinds = sorted(tag.split("/")[0] for tag in tags)
    assert kinds == [STAGE, VERSION, "evidence"], f"{what}: each once: {sorted(tags)}"
    for tag, oid in tags.items():
        here = registry.git.git(folder, "rev-parse", "--verify", f"refs/tags/{tag}", check=False)
        assert here == oid, f"{what}: the clone has {tag}"
    assert registry.modelgate(folder, "verify").code == 0, f"{what}: the history is sound"
    left = registry.git.git(folder, "for-each-ref", "refs/modelgate")
    assert not left, f"{what}: nothing is left behind: {left}"


def test_cut_connections(git):
    """The n-th push of a promotion (version, evidence, stage) breaks at several points."""
    cases = [(fault, after, skip) for skip in (0, 1, 2)
        for fault, after in (("request", 0), ("request", 400), ("answer", 0))]
    for fault, after, skip in cases:
        what = f"{fault} {after}, push {skip + 1}"
        registry = Registry(git, f"cut-{fault}-{after}-{skip}")
        folder = registry.clone("clone")
        run = registry.run(folder)
        with Proxy(git, fault, after, skip=skip) as proxy:
            to = git.address(registry.name, port=proxy.port)
            done = registry.promote(folder, run, to=to)
            stage = STAGE in registry.tags()
            assert done.code == (0 if stage else CANNOT), f"{what}: true or not: {done}\n{proxy.story}"
            assert proxy.broken == 1, f"{what}: one connection was cut: {proxy.broken}"
            again = registry.promote(folder, run, to=to)
            is_done(registry, folder, again, what if again.code == 0 else f"{what}\n{proxy.story}")


def test_killed(git):
    """kill -9 while a push is under way, and the same command again."""
    for ref in (VERSION, "evidence/", STAGE):
        registry = Registry(git, f"killed-{ref.strip('/').split('@')[0].replace('#', '-')}")
        folder = registry.clone("clone")
        run = registry.run(folder)
        pushing = git.root / f"{registry.name}.pushing"
        git.hook(registry.name, "update", f"case $1 in refs/tags/{ref}*) touch {pushing}; sleep 1;; esac")
        process = registry.start(folder, *registry.promotion(run))
        waits(pushing.exists, f"{ref} is being pushed")
        process.send_signal(signal.SIGKILL)
        process.wait()
        git.hook(registry.name, "update", "exit 0")
        done = registry.promote(folder, run)
        is_done(registry, folder, done, f"killed at {ref}")


def waits(holds, what):
    until = time.monotonic() + 60
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    assert holds(), what


def test_one_ref_refused(git):
    registry = Registry(git, "refused")
    folder = registry.clone("clone")
    run = registry.run(folder)
    git.hook("refused", "update",
        "case $1 in *PPD*) echo 'PPD is closed until Monday' >&2; exit 1;; esac")
    refused = registry.promote(folder, run)
    says(refused, CANNOT, f"refuses to create refs/tags/{STAGE}", "PPD is closed until Monday")
    assert registry.tags("churn@") and "nothing" not in refused.text, f"the version is tagged: {refused}"
    assert not registry.tags("churn#"), "there is no stage tag there"
    assert not git.git(folder, "tag", "--list", "churn#*"), "nor here"
    git.hook("refused", "update", "exit 0")
    is_done(registry, folder, registry.promote(folder, run), "after one ref was refused")


def test_dead_server(git):
    registry = Registry(git, "dead")
    folder = registry.clone("clone")
    run = registry.run(folder)
    with Proxy(git, "silent") as proxy:
        says(registry.promote(folder, run, to=git.address("dead", port=proxy.port),
            more=["--timeout", "1s"]), CANNOT, "did not answer within", "--timeout")
    git.hook("dead", "pre-receive", "sleep 20")  # the listing before it is to come in time
    says(registry.promote(folder, run, more=["--timeout", "8s"]), CANNOT, "nobody knows")
    git.hook("dead", "pre-receive", "exit 0")
    is_done(registry, folder, registry.promote(folder, run), "after the server was slow")


def seen_in_processes(secrets, stop, found):
    """Looks at the command line of every process until told to stop."""
    while not stop.is_set():
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes()
            except OSError:
                continue
            found.extend(path for secret in secrets if secret.encode() in line)
        time.sleep(0.01)


def test_tokens_stay_secret(git):
    registry = Registry(git, "secret")
    whole = registry.clone("whole")
    shallow = registry.clone("shallow", "--depth=1")
    run = registry.run(whole)
    git.hook("secret", "pre-receive", "sleep 0.2")
    stop, found = threading.Event(), []
    watcher = threading.Thread(target=seen_in_processes, args=((TOKEN, LOGIN), stop, found))
    watcher.start()
    try:
        for folder, way, variables in (
                (whole, "bearer", {"SYSTEM_ACCESSTOKEN": TOKEN}),
                (whole, "basic", {"MODELGATE_GIT_USER": "ci", "MODELGATE_GIT_TOKEN": TOKEN})):
            done = registry.promote(folder, run, to=git.address("secret", way), **variables)
            assert done.code == 0 and not shows_secret(done), f"{way}: {done}"
        git.git(shallow, "fetch", "--quiet", "--depth=1", "--tags")
        done = registry.promote(shallow, registry.run(shallow, "PPS"), "PPS",
            to=git.address("secret", "bearer"), SYSTEM_ACCESSTOKEN=TOKEN)
        assert done.code == 0 and not shows_secret(done), f"shallow: {done}"
    finally:
        stop.set()
        watcher.join()
    assert not found, f"a command line shows a secret: {found}"
    for folder in (whole, shallow):
        holds = subprocess.run(["grep", "-rlF", "-e", TOKEN, "-e", LOGIN, folder],
            stdout=subprocess.PIPE, text=True).stdout
        assert not holds, f"no file of the clone holds the token: {holds}"


def test_wrong_token(git):
    registry = Registry(git, "wrong")
    folder = registry.clone("clone")
    says(registry.promote(folder, registry.run(folder), to=git.address("wrong", "bearer"),
        SYSTEM_ACCESSTOKEN="wr0ng-t0ken"), CANNOT, "refuses the token (HTTP 401)")
    assert not registry.tags(""), "nothing was pushed"


def test_others_meddle(git):
    """Somebody moves or deletes tags on the server."""
    registry = Registry(git, "meddled")
    folder = registry.clone("clone")
    assert registry.promote(folder, registry.run(folder)).code == 0, "it is in PPD"
    bare = git.repositories / "meddled.git"
    ours = registry.tags()[STAGE]
    later = registry.commit()
    git.git(folder, "pull", "--quiet")
    run = registry.run(folder)

    git.git(bare, "update-ref", "-d", f"refs/tags/{STAGE}")
    says(registry.promote(folder, run), REFUSED, STAGE, "origin has no tag")
    says(registry.modelgate(folder, "verify", "--remote", "origin"), REFUSED, STAGE)
    fresh = registry.clone("fresh")
    git.git(bare, "update-ref", f"refs/tags/{STAGE}", git.tag_object(bare, "t", later, "forged"))
    says(registry.promote(folder, run), REFUSED, STAGE, "origin has another tag")
    says(registry.modelgate(folder, "verify", "--remote", "origin"), REFUSED, STAGE)
    git.git(bare, "update-ref", f"refs/tags/{STAGE}", ours)
    assert registry.promote(folder, run).code == 0, "put right, it goes on"
    # A clone that never had the tag sees the gap once there is a later one.
    git.git(bare, "update-ref", "-d", f"refs/tags/{STAGE}")
    git.git(fresh, "fetch", "--quiet", "--tags")
    says(registry.modelgate(fresh, "verify"), REFUSED, STAGE, "deleted")


def test_clock_set_back(git):
    """The last event is of a clock that was ahead: times still grow along the chain."""
    registry = Registry(git, "clock")
    folder = registry.clone("clone")
    ahead = int(time.time()) + 7200
    git.git(folder, "tag", "--annotate", "--message", "Register", "churn@v0.1.0", date=ahead)
    git.git(folder, "push", "--quiet", "origin", "churn@v0.1.0")
    for stage in ("PPD", "PPS"):
        done = registry.promote(folder, registry.run(folder, stage), stage)
        assert done.code == 0, f"{stage} with a clock set back: {done}"
    times = [int(git.git(folder, "for-each-ref", "--format=%(taggerdate:unix)", f"refs/tags/{tag}"))
        for tag in ("churn@v0.1.0", "churn#PPD#1", "churn#PPS#2")]
    assert times == sorted(times) and len(set(times)) == 3, f"times grow: {times}"
    done = registry.modelgate(folder, "verify")
    assert done.code == 0, f"the history is sound: {done}"
    done = registry.modelgate(folder, "status", "--json")
    assert done.code == 0 and "churn#PPS#2" in done.out, f"status knows: {done}"


def test_counts_requests(git):
    git.stop()
    refused = [line for line in git.log().splitlines() if " /bearer/wrong.git/" in line]
    assert len(refused) == 1, f"a wrong token is tried once: {refused}"
    assert TOKEN not in git.log(), "no token in an address"
