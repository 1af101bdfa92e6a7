"""The remote room against a real server: what is listed, fetched and pushed, who is let in, what is
said when not, and what is left behind when the network breaks."""

import os
import pathlib
import subprocess
import threading
import time

import pytest

from support import server
from support.server import TOKEN, Proxy

DRIVER = pathlib.Path(os.environ["MODELGATE_BUILD"]) / "tests" / "remote"
EUSAGE, ENOTFOUND, EIO, ETIMEOUT = 1, 3, 4, 7
FULL_CLONE = "set fetchDepth: 0 and fetchTags: true on the checkout step"


class Answer:
    def __init__(self, code, out, err):
        self.code, self.text, self.error = code, out, err
        self.refs = {}
        for line in out.splitlines():
            if line and line[0] != "#" and " " in line:
                oid, name = line.split(" ", 1)
                self.refs[name] = oid

    def __str__(self):
        return f"exit {self.code}, {self.text!r}, {self.error!r}"


def remote(git, folder, *arguments, **variables):
    """Runs the driver; a token that shows anywhere is a failure of every test."""
    options = {n: os.environ[n] for n in ("ASAN_OPTIONS", "LSAN_OPTIONS") if n in os.environ}
    done = subprocess.run([DRIVER, folder, *arguments], capture_output=True,
        text=True, timeout=100,
        env={**git.environment, **options, **variables})
    answer = Answer(done.returncode, done.stdout, done.stderr)
    assert done.stdout.count("# once\n") == 1, f"one line, once: {answer}"
    for secret in (TOKEN, server.LOGIN, "wr0ng-t0ken"):
        assert secret not in done.stdout + done.stderr, f"{secret} is shown: {answer}"
    return answer


def push(git, folder, ref, oid, to="origin", **variables):
    return remote(git, folder, to, "push", ref, oid, **variables)


def says(answer, code, *words):
    missing = [word for word in words if word not in answer.error]
    assert answer.code == code and not missing, f"wanted exit {code} and {words}: {answer}"


def is_clean(git, folder, what):
    """Nothing of a push stays in the clone: no ref, no lock."""
    refs = git.git(folder, "for-each-ref", "refs/modelgate")
    locks = list(pathlib.Path(git.git(folder, "rev-parse", "--git-common-dir")).glob("refs/**/*.lock"))
    assert not refs and not locks, f"{what} leaves {refs} {locks}"


def start(git, name):
    """A repository with one commit on main, and a clone of it."""
    git.repository(name)
    clone = git.clone(name, f"clone-{name}")
    git.commit(clone, "first")
    git.git(clone, "push", "--quiet", "origin", "HEAD:refs/heads/main")
    return clone


def test_creates_and_never_moves(git):
    clone = start(git, "create")
    ours, theirs = (git.tag_object(clone, "t", message=m) for m in ("ours", "theirs"))
    answer = push(git, clone, "refs/tags/t#PPD#1", ours)
    assert answer.text.endswith("pushed\n"), f"first push: {answer}"
    assert git.refs("create").get("refs/tags/t#PPD#1") == ours, "the server has the tag"
    assert "t#PPD#1" not in git.git(clone, "tag"), "the clone has no tag of its own making"
    answer = push(git, clone, "refs/tags/t#PPD#1", ours)
    assert answer.text.endswith("pushed\n"), f"the same again: {answer}"
    answer = push(git, clone, "refs/tags/t#PPD#1", theirs)
    assert answer.text.endswith("taken\n"), f"another object: {answer}"
    assert git.refs("create")["refs/tags/t#PPD#1"] == ours, "the first one stays"
    is_clean(git, clone, "pushing")


def test_fetches(git):
    clone = start(git, "fetch")
    other = git.clone("fetch", "other-fetch")
    git.git(other, "tag", "--annotate", "--message", "one", "m#PPD#1")
    tip = git.commit(other, "second")
    git.git(other, "tag", "light")
    git.git(other, "push", "--quiet", "--tags", "origin", "HEAD:main", "HEAD:side/branch")
    # A tag that the clone has otherwise stays as it is, and the list says what the server has.
    git.git(clone, "tag", "--annotate", "--message", "mine", "m#PPD#2")
    mine = git.git(clone, "rev-parse", "m#PPD#2")
    git.git(other, "tag", "--annotate", "--message", "others", "m#PPD#2")
    git.git(other, "push", "--quiet", "origin", "m#PPD#2")
    git.git(clone, "remote", "set-head", "origin", "--delete", check=False)

    answer = remote(git, clone, "origin", "list")
    assert {n: o for n, o in answer.refs.items() if n != "HEAD"} == git.refs("fetch"), (
        f"the list is the server's: {answer}")
    assert list(answer.refs) == sorted(answer.refs), "the list is sorted"
    local = dict(line.split() for line in git.git(clone, "for-each-ref",
        "--format=%(refname) %(objectname)").splitlines())
    for name in ("refs/tags/m#PPD#1", "refs/tags/light"):
        assert local.get(name) == answer.refs.get(name), f"{name} is fetched"
    assert local["refs/tags/m#PPD#2"] == mine, "a tag of the clone is not moved"
    assert local["refs/remotes/origin/main"] == tip, "the branch follows"
    assert local["refs/remotes/origin/side/branch"] == tip, "a new branch is there"
    assert git.git(clone, "symbolic-ref", "refs/remotes/origin/HEAD") == "refs/remotes/origin/main", (
        "the default branch is noted")
    assert not git.git(clone, "fsck", "--strict", "--no-dangling"), "git fsck finds nothing"


BASIC = {"MODELGATE_GIT_USER": "ci", "MODELGATE_GIT_TOKEN": TOKEN}
AZURE = {"SYSTEM_ACCESSTOKEN": TOKEN}
WRONG = {"SYSTEM_ACCESSTOKEN": "wr0ng-t0ken"}
ASKS = "asks for a login"


@pytest.fixture(scope="module")
def login(git):
    return start(git, "login")


# A way to behave of the server, what the environment has, and what the refusal says, if it is one.
@pytest.mark.parametrize("way, variables, refused", [
    ("bearer", AZURE, None),
    ("bearer-only", AZURE, None),
    ("basic", BASIC, None),
    ("bearer", {}, ASKS),
    ("bearer-only", {}, ASKS),
    ("basic", {}, ASKS),
    ("bearer", WRONG, "refuses the token"),
    ("bearer-only", WRONG, "refuses the token"),
    ("basic", {"MODELGATE_GIT_TOKEN": "wr0ng-t0ken"}, "refuses the user or token"),
    ("401", AZURE, "refuses the token (HTTP 401)"),
    ("203", AZURE, "refuses the token (HTTP 203)"),
    ("403", AZURE, "forbids it (HTTP 403)"),
    ("404", AZURE, "no such repository (HTTP 404)"),
    ("500", AZURE, "an error of its own (HTTP 500)"),
    ("html", AZURE, "something other than git"),
    ("line", AZURE, "something other than git"),
    ("line", {}, "something other than git"),
    ("moved", AZURE, "a token does not follow"),
], ids=lambda value: "-".join(value) if isinstance(value, dict) else None)
def test_lets_in(git, login, way, variables, refused):
    """Each server asks for a login its own way; a refused one is not tried again."""
    answer = remote(git, login, git.address("login", way), "list", **variables)
    if refused:
        says(answer, EIO, refused, git.address("login", way))
    else:
        assert answer.code == 0 and "refs/heads/main" in answer.refs, f"lets in: {answer}"
    oid = git.tag_object(login, "t", message=f"{way} {list(variables)} {refused}")
    answer = push(git, login, f"refs/tags/{way}{bool(refused)}", oid, git.address("login", way), **variables)
    if refused:
        says(answer, EIO, refused)
    else:
        assert answer.text.endswith("pushed\n"), f"takes a push: {answer}"


def test_lets_in_by_its_address_or_configuration(git, login):
    """Where Azure's checkout step leaves the token."""
    answer = remote(git, login, git.address("login", "basic", user=f"ci:{TOKEN}@"), "list")
    assert answer.code == 0, f"user and password of the address: {answer}"
    place = f"http://127.0.0.1:{git.port}/"
    for key, value, way, works in (
        (f"http.{place}bearer/login.git.extraheader", f"AUTHORIZATION: bearer {TOKEN}", "bearer", True),
        (f"http.{place}.extraheader", f"Authorization: Basic {server.LOGIN}", "basic", True),
        ("http.extraheader", f"AUTHORIZATION: bearer {TOKEN}", "bearer", True),
        (f"http.{place}other.extraheader", f"AUTHORIZATION: bearer {TOKEN}", "bearer", False),
        ("http.https://elsewhere.example/.extraheader", f"AUTHORIZATION: bearer {TOKEN}", "bearer",
            False),
    ):
        git.git(login, "config", key, value)
        answer = remote(git, login, git.address("login", way), "list")
        assert (answer.code == 0) == works, f"{key} for {way}: {answer}"
        git.git(login, "config", "--unset", key)


def test_token_is_for_its_own_server_only(git, login):
    place = f"http://127.0.0.1:{git.port}/"
    answer = remote(git, login, git.address("login", "bearer"), "list",
        SYSTEM_COLLECTIONURI="https://dev.azure.com/org/", **AZURE)
    says(answer, EIO, ASKS)
    answer = remote(git, login, git.address("login", "bearer"), "list",
        SYSTEM_COLLECTIONURI=place, **AZURE)
    assert answer.code == 0, f"its own server gets it: {answer}"
    answer = remote(git, login, git.address("login", "bearer"), "list",
        SYSTEM_ACCESSTOKEN="$(System.AccessToken)")
    says(answer, EUSAGE, "SYSTEM_ACCESSTOKEN", "not filled in")
    answer = remote(git, login, git.address("login", "bearer"), "list",
        SYSTEM_ACCESSTOKEN=f"{TOKEN}\nX-Header: 1")
    says(answer, EUSAGE, "SYSTEM_ACCESSTOKEN", "line end")


def test_asks_helpers(git):
    """Where no token is given, git's own ways to log in count; a token that is refused is the only one."""
    clone = start(git, "helper")
    basic = git.address("helper", "basic")
    asked = git.root / "helper-was-asked"
    git.git(clone, "config", "credential.helper",
        f"!touch {asked}; echo username=ci; echo password={TOKEN}; true")
    assert remote(git, clone, basic, "list").code == 0 and asked.exists(), "a helper is asked"
    asked.unlink()
    says(remote(git, clone, basic, "list", MODELGATE_GIT_TOKEN="wr0ng-t0ken"), EIO, "refuses the user or token")
    assert not asked.exists(), "no helper is asked when a token was refused"
    git.git(clone, "config", "credential.helper", "!echo username=ci; echo password=wr0ng-t0ken; true")
    says(remote(git, clone, basic, "list"), EIO, "asks for a login")
    # Nobody is asked, whatever the environment would have asked by.
    git.git(clone, "config", "--unset", "credential.helper")
    ask = git.root / "ask"
    ask.write_text(f"#!/bin/sh\ntouch {asked}\necho x\n")
    ask.chmod(0o755)
    says(remote(git, clone, basic, "list", GIT_ASKPASS=str(ask), SSH_ASKPASS=str(ask), DISPLAY=":1"), EIO,
        "asks for a login")
    assert not asked.exists(), "nobody is asked"


def test_obeys_nobody_else(git):
    """Of what people set for their own pushes nothing changes what is pushed here, and where to."""
    clone = start(git, "obeys")
    git.repository("elsewhere")
    for key, value in ((f"url.{git.address('elsewhere')}.pushInsteadOf", git.address("obeys")),
            ("push.followTags", "true"), ("push.gpgSign", "if-asked"), ("fetch.prune", "true"),
            ("push.recurseSubmodules", "check"), ("fetch.pruneTags", "true")):
        git.git(clone, "config", key, value)
    git.git(clone, "tag", "--annotate", "--message", "mine", "mine")
    oid = git.tag_object(clone, "t")
    answer = push(git, clone, "refs/tags/t", oid)
    assert answer.text.endswith("pushed\n"), f"the tag alone: {answer}"
    assert set(git.refs("obeys")) == {"refs/heads/main", "refs/tags/t"}, f"not {git.refs('obeys')}"
    assert not git.refs("elsewhere"), "what is read is what is written"
    other = git.clone("obeys", "other-obeys")
    git.git(other, "tag", "theirs")
    git.git(other, "push", "--quiet", "origin", "theirs")
    assert remote(git, clone, "origin", "list").code == 0, "fetched"
    assert set(git.git(clone, "tag").split()) == {"mine", "t", "theirs"}, "no tag is pruned"
    says(remote(git, clone, f"ext::touch% {git.root}/ext", "list"), EIO, "not allowed")
    assert not (git.root / "ext").exists(), "an address starts no program"


def test_brings_whole_objects(git):
    """What a new tag holds is there, in a partial clone too; and in one of another owner."""
    start(git, "whole")
    clone, owned = (git.clone("whole", f"{name}-whole", "--filter=blob:none") for name in ("partial", "owned"))
    other = git.clone("whole", "other-whole")
    (other / "evidence.json").write_text("{}")
    git.git(other, "add", ".")
    git.commit(other, "evidence")
    git.git(other, "tag", "--annotate", "--message", "one", "evidence/1")
    git.git(other, "push", "--quiet", "origin", "evidence/1", "HEAD:main")
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "12345", owned], check=True)
    for folder in (clone, owned) if os.getuid() == 0 else (clone,):
        place = git.root / f"tmp-{folder.name}"
        place.mkdir()
        answer = remote(git, folder, "origin", "list", TMPDIR=str(place))
        assert answer.code == 0, f"{folder.name}: {answer}"
        assert not list(place.iterdir()), f"{folder.name} leaves nothing in {place}"
        missing = git.git(folder, "rev-list", "--objects", "--missing=print", "refs/tags/evidence/1")
        assert "?" not in missing, f"{folder.name} lacks {missing}"


def test_ends_with_us(git):
    """kill -9: git and its helpers do not go on waiting for a server that is silent."""
    clone = start(git, "ends")
    with Proxy(git, "silent") as proxy:
        address = git.address("ends", port=proxy.port)
        process = subprocess.Popen([DRIVER, clone, address, "list"], env=git.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        waits(lambda: "remote-http" in with_address(address), "git has begun")
        process.kill()
        process.wait()
        waits(lambda: not with_address(address), "all have ended")


def with_address(address):
    """The command lines that hold the address."""
    lines = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_text())
        except OSError:
            continue
    return "\n".join(line for line in lines if address in line)


def waits(holds, what):
    until = time.monotonic() + 20
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    assert holds(), what


def test_names_remotes(git):
    clone = start(git, "names")
    says(remote(git, clone, "upstream", "list"), ENOTFOUND, "'upstream'", "origin")
    git.git(clone, "config", f"url.{git.address('names')}.insteadOf", "short:names")
    assert remote(git, clone, "short:names", "list").code == 0, "insteadOf is applied"
    for place in (git.repositories / "names.git", f"file://{git.repositories}/names.git",
            "../repositories/names.git"):
        answer = remote(git, clone, str(place), "list")
        assert "refs/heads/main" in answer.refs, f"{place}: {answer}"
    oid = git.tag_object(clone, "t")
    answer = push(git, clone, "refs/tags/local", oid, "../repositories/names.git")
    assert answer.text.endswith("pushed\n"), f"push to a folder: {answer}"
    git.git(clone, "config", "remote.origin.pushurl", "https://elsewhere.example/x")
    says(remote(git, clone, "origin", "list"), EUSAGE, "pushurl")
    says(remote(git, clone, "http://127.0.0.1:1/x.git", "list"), EIO, "127.0.0.1")
    says(remote(git, clone, "origin", "list", MODELGATE_GIT_TIMEOUT="soon"), EUSAGE, "'soon'", "90s")


def test_trusts(git):
    """A certificate of the house: refused until it is named, in either way that git has."""
    clone = start(git, "tls")
    files = git.root / "house.pem", git.root / "house.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        "-addext", "basicConstraints=critical,CA:TRUE", "-out", files[0], "-keyout", files[1]],
        check=True, stderr=subprocess.DEVNULL)
    both = git.root / "both.pem"
    both.write_text(files[0].read_text() + files[1].read_text())
    with Proxy(git, None, certificate=both) as proxy:
        address = git.address("tls", port=proxy.port).replace("http://127.0.0.1",
            "https://localhost")
        says(remote(git, clone, address, "list"), EIO, "no safe connection", "http.sslCAInfo")
        answer = remote(git, clone, address, "list", GIT_SSL_CAINFO=str(files[0]))
        assert "refs/heads/main" in answer.refs, f"GIT_SSL_CAINFO: {answer}"
        git.git(clone, "config", "http.sslCAInfo", str(files[0]))
        answer = push(git, clone, "refs/tags/safe", git.tag_object(clone, "t"), address)
        assert answer.text.endswith("pushed\n"), f"http.sslCAInfo: {answer}"
    # Nobody listens at the proxy: that it is asked shows in the error.
    proxy = "http://127.0.0.1:1"
    answer = remote(git, clone, "https://git.invalid/x.git", "list", https_proxy=proxy)
    says(answer, EIO, "talking to https://git.invalid/x.git failed", "ailed to connect to 127.0.0.1")
    git.git(clone, "config", "http.proxy", proxy)
    says(remote(git, clone, "https://git.invalid/x.git", "list"), EIO, "ailed to connect to 127.0.0.1")


def test_hears_no(git):
    clone = start(git, "no")
    oid = git.tag_object(clone, "t")
    git.hook("no", "pre-receive", "echo 'the freeze ends on Monday' >&2; exit 1")
    answer = push(git, clone, "refs/tags/a", oid)
    says(answer, EIO, "refuses to create refs/tags/a", "pre-receive hook declined",
        "the freeze ends on Monday")
    git.hook("no", "pre-receive", "exit 0")
    # Of what a server writes nothing reaches a terminal or the pipeline's agent; no secret either.
    git.hook("no", "update", "case $1 in *PRD*) printf '\\033[31mno ##vso[x]\\r\\n%s\\n' "
        f"{TOKEN} >&2; exit 1;; esac")
    answer = push(git, clone, "refs/tags/t#PRD#1", oid, SYSTEM_ACCESSTOKEN=TOKEN)
    says(answer, EIO, "refuses to create refs/tags/t#PRD#1", "hook declined", "\\x1b[31mno **vso[x]",
        "***")
    assert "\x1b" not in answer.error and "##vso" not in answer.error, f"safe: {answer}"
    git.hook("no", "update", f"case $1 in *PRD*) echo 'you sent {server.LOGIN}' >&2; exit 1;; esac")
    answer = push(git, clone, "refs/tags/t#PRD#1", oid, MODELGATE_GIT_USER="ci", MODELGATE_GIT_TOKEN=TOKEN)
    says(answer, EIO, "you sent ***")
    assert push(git, clone, "refs/tags/t#PPS#1", oid).code == 0, "the other ref is taken"
    git.hook("no", "update", "yes 'a very long story' | head -c 200000 >&2; exit 1")
    answer = push(git, clone, "refs/tags/b", oid)
    says(answer, EIO, "hook declined")
    assert len(answer.error) < 2000, f"a long story is cut: {len(answer.error)}"
    is_clean(git, clone, "a refused push")
    assert set(git.refs("no")) == {"refs/heads/main", "refs/tags/t#PPS#1"}, "no half pushes"


def test_has_a_deadline(git):
    clone = start(git, "slow")
    oid = git.tag_object(clone, "t")
    short = {"MODELGATE_GIT_TIMEOUT": "1s"}
    with Proxy(git, "silent") as proxy:
        began = time.monotonic()
        says(remote(git, clone, git.address("slow", port=proxy.port), "list", **short), ETIMEOUT,
            "did not answer within", "MODELGATE_GIT_TIMEOUT")
        assert time.monotonic() - began < 30, "a dead server does not hang the gate"
    git.hook("slow", "pre-receive", "sleep 4")
    answer = push(git, clone, "refs/tags/a", oid, **short)
    says(answer, ETIMEOUT, "nobody knows", "refs/tags/a")
    is_clean(git, clone, "a push that took too long")
    git.hook("slow", "pre-receive", "exit 0")
    answer = push(git, clone, "refs/tags/a", oid)
    assert answer.text.endswith("pushed\n"), f"the same command finishes: {answer}"
    assert git.refs("slow").get("refs/tags/a") == oid, "and the tag is there"


def test_survives_cuts(git):
    clone = start(git, "cut")
    for fault, after in (("request", 0), ("request", 90), ("request", 300), ("request", 480),
            ("answer", 0)):
        for times in (1, 2):
            ref = f"refs/tags/{fault}-{after}-{times}"
            oid = git.tag_object(clone, "t", message=ref)
            with Proxy(git, fault, after, times) as proxy:
                address = git.address("cut", port=proxy.port)
                answer = push(git, clone, ref, oid, address)
                there = git.refs("cut").get(ref) == oid
                # Past the deadline nobody knows, and it says so: then the same command finds out.
                known = answer.code != ETIMEOUT
                assert not known or ((answer.code == 0) == there and answer.code in (0, EIO)), (
                    f"{ref}: what is said is true ({there}): {answer}\n{proxy.story}")
                if fault == "answer" and known:
                    assert there, f"{ref}: an answer that is lost is found out"
                for _ in range(2):
                    answer = push(git, clone, ref, oid, address)
                assert answer.text.endswith("pushed\n"), f"{ref} again: {answer}\n{proxy.story}"
            assert git.refs("cut").get(ref) == oid, f"{ref} is there in the end"
            is_clean(git, clone, ref)
    assert not git.git(git.repositories / "cut.git", "fsck"), "the server is whole"


def test_races(git):
    """Eight at once create the same tag; one does."""
    clones = [start(git, "race")] + [git.clone("race", f"racer{i}") for i in range(7)]
    oids = [git.tag_object(c, "t", message=f"racer {i}") for i, c in enumerate(clones)]
    git.hook("race", "pre-receive", "sleep 0.3")  # all have looked before one is done
    answers = [None] * 8

    def one(i):
        answers[i] = push(git, clones[i], "refs/tags/m#PPD#1", oids[i])

    threads = [threading.Thread(target=one, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [i for i, a in enumerate(answers) if a.text.endswith("pushed\n")]
    taken = [i for i, a in enumerate(answers) if a.text.endswith("taken\n")]
    assert len(winners) == 1 and len(taken) == 7, f"one winner: {[str(a) for a in answers]}"
    assert winners and git.refs("race").get("refs/tags/m#PPD#1") == oids[winners[0]], "the winner's tag is there"


def test_knows_shallow(git):
    clone = start(git, "shallow")
    git.commit(clone, "second")
    git.git(clone, "push", "--quiet", "origin", "HEAD:main")
    shallow = git.clone("shallow", "shallow-tip", "--depth=1", "--no-tags")
    assert remote(git, shallow, "origin", "list").code == 0, "no tag is missing: listed"
    oid = git.tag_object(shallow, "t")
    answer = push(git, shallow, "refs/tags/m#PPD#1", oid)
    assert answer.text.endswith("pushed\n"), f"the tip of a branch: {answer}"
    says(remote(git, shallow, "origin", "list"), EUSAGE, "m#PPD#1", FULL_CLONE)
    git.git(shallow, "fetch", "--quiet", "--depth=1", "--tags")
    assert remote(git, shallow, "origin", "list").code == 0, "with its tags it is listed"
    # The branch went on, and the commit is no tip any more.
    git.commit(clone, "third")
    git.git(clone, "push", "--quiet", "origin", "HEAD:main")
    ours, theirs = (git.tag_object(shallow, "t", message=m) for m in ("ours", "theirs"))
    root = git.git(shallow, "commit-tree", "-m", "evidence", "HEAD^{tree}")
    bearer = git.address("shallow", "bearer")
    token = {"SYSTEM_ACCESSTOKEN": TOKEN}
    for ref, oid, word in (("refs/tags/m#PPD#2", ours, "pushed"), ("refs/tags/m#PPD#2", ours, "pushed"),
            ("refs/tags/m#PPD#2", theirs, "taken"), ("refs/tags/evidence/1", root, "pushed")):
        answer = push(git, shallow, ref, oid, bearer, **token)
        assert answer.text.endswith(f"{word}\n"), f"{ref} is {word}: {answer}"
    # As checkout with persistCredentials leaves it, besides the token in the environment.
    git.git(shallow, "config", f"http.{bearer}.extraheader", f"AUTHORIZATION: bearer {TOKEN}")
    git.git(shallow, "config", "remote.origin.url", bearer)
    answer = push(git, shallow, "refs/tags/m#PPD#3", theirs, **token)
    assert answer.text.endswith("pushed\n"), f"with persistCredentials: {answer}"
    git.hook("shallow", "pre-receive", "echo 'not today' >&2; exit 1")
    says(push(git, shallow, "refs/tags/m#PPD#4", theirs), EIO, "refuses to create",
        "pre-receive hook declined", "not today")
    git.hook("shallow", "pre-receive", "sleep 4")
    says(push(git, shallow, "refs/tags/m#PPD#4", theirs, MODELGATE_GIT_TIMEOUT="1s"), ETIMEOUT,
        "nobody knows")
    nothing = git.root / "nothing"
    nothing.mkdir()
    for folder in clone, shallow:
        says(push(git, folder, "refs/tags/m#PPD#5", theirs, PATH=str(nothing)), EUSAGE,
            "no git program", "install git")
    assert not git.git(git.repositories / "shallow.git", "fsck"), "the server is whole"


def test_counts_requests(git):
    """One request for a listing, one for a push that is not begun: no endless replays."""
    git.stop()
    log = git.log().splitlines()
    for way in ("401", "203", "403", "404", "500", "html", "moved"):
        count = sum(f" /{way}/login.git/" in line for line in log)
        assert count == 2, f"{way} was asked {count} times"
    for way in ("bearer", "bearer-only", "basic"):
        refused = sum(f" /{way}/login.git/" in line and line.endswith(" 401") for line in log)
        # Two cases of two calls each, and in some ways more above.
        assert 4 <= refused <= 8, f"{way} refused {refused} times"
    assert TOKEN not in git.log() + git.log("error.log"), "the token is in no address"
