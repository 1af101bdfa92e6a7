"""`modelgate promote --push` to an SSH remote: with a key, with the agent, from a shallow clone; and what it
says when the host or the key is not known."""

import os
import shlex
import subprocess
import time

import pytest

from support import console
from support.registry import Registry
from support.server import Ssh

CANNOT = 3


def says(done, code, *words):
    missing = [word for word in words if word not in done.text]
    assert done.code == code and not missing, f"wanted exit {code} and {words}: {done}"


@pytest.fixture(scope="module")
def ssh(git):
    with Ssh(git) as ssh:
        yield ssh


@pytest.fixture(scope="module")
def registry(git):
    return Registry(git, "ssh")


@pytest.fixture(scope="module")
def promote(ssh, registry):
    def to_host(folder, run, stage="PPD", **variables):
        return registry.promote(folder, run, stage, to=ssh.address("ssh"), HOME=str(ssh.home), **variables)

    return to_host


def test_needs_keys(ssh, registry, promote):
    folder = registry.clone("keys")
    run = registry.run(folder)
    says(promote(folder, run), CANNOT, "the host key of ", "known_hosts")
    ssh.know(ssh.files / "id_ed25519")
    says(promote(folder, run), CANNOT, "the host key of ")
    ssh.know(ssh.folder / "host")
    key, away = ssh.files / "id_ed25519", ssh.files / "away"
    key.rename(away)
    key.with_suffix(".pub").unlink()
    says(promote(folder, run), CANNOT, "accepts no key", "id_ed25519", "SSH_AUTH_SOCK")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    says(promote(folder, run), CANNOT, "accepts no key")
    assert not registry.tags(""), "nothing was pushed"
    away.rename(key)
    key.with_suffix(".pub").unlink()  # which is another's; ssh works it out of the private one


def test_works(ssh, registry, promote):
    """The key's file; an agent that has nothing, or is gone, is no obstacle; an agent alone."""
    folder = registry.clone("works")
    nobody = ssh.server.root / "no-agent"
    agent = dict(line.split(";")[0].split("=", 1) for line in subprocess.run(["ssh-agent", "-s"],
        check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines() if "=" in line)
    try:
        for stage, variables in (("PPD", {}), ("PPS", {"SSH_AUTH_SOCK": agent["SSH_AUTH_SOCK"]}),
                ("PRD", {"SSH_AUTH_SOCK": str(nobody)})):
            done = promote(folder, registry.run(folder, stage), stage, **variables)
            assert done.code == 0, f"{variables}: {done}"
        key = ssh.files / "id_ed25519"
        subprocess.run(["ssh-add", "-q", key], check=True, env={**os.environ, **agent})
        key.rename(ssh.files / "away")
        registry.commit()
        folder = registry.clone("agent")
        done = promote(folder, registry.run(folder), SSH_AUTH_SOCK=agent["SSH_AUTH_SOCK"])
        assert done.code == 0, f"the agent's key: {done}"
        (ssh.files / "away").rename(key)
    finally:
        subprocess.run(["kill", agent["SSH_AGENT_PID"]], check=True)
    done = registry.modelgate(folder, "verify")
    assert done.code == 0, f"the history is sound: {done}"


def test_hears_no(ssh, registry, promote):
    registry.commit()
    folder = registry.clone("no")
    run = registry.run(folder)
    ssh.server.hook(registry.name, "update", "echo 'closed until Monday' >&2; exit 1")
    says(promote(folder, run), CANNOT, "refuses to create refs/tags/churn@", "closed until Monday")
    ssh.server.hook(registry.name, "update", "sleep 40")  # the listing before it is to come in time
    began = time.monotonic()
    says(promote(folder, run, more=["--timeout", "12s"]), CANNOT, "nobody knows")
    assert time.monotonic() - began < 30, "the deadline holds"
    ssh.server.hook(registry.name, "update", "exit 0")
    assert promote(folder, run).code == 0, "then it goes on"


def test_from_a_shallow_clone(ssh, registry, promote):
    """By the user's own command for ssh, which asks nobody, even at a terminal."""
    registry.commit()
    folder = registry.clone("shallow", "--depth=1")
    registry.git.git(folder, "fetch", "--quiet", "--depth=1", "origin", "refs/tags/*:refs/tags/*")
    run = registry.run(folder)
    command = f"ssh -i {ssh.files}/id_ed25519 -o StrictHostKeyChecking=ask -o UserKnownHostsFile="
    words = [str(console.PROGRAM), *registry.promotion(run, to=ssh.address(registry.name))]
    told = subprocess.run(["script", "-qec", shlex.join(words), "/dev/null"], cwd=folder,
        env=registry.environment(HOME=str(ssh.home), GIT_SSH_COMMAND=f"{command}/dev/null"),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True).stdout
    assert "Host key verification failed" in told and "Are you sure" not in told, f"nobody is asked: {told}"
    done = promote(folder, run, GIT_SSH_COMMAND=f"{command}{ssh.files}/known_hosts")
    assert done.code == 0, f"a shallow clone: {done}"
