"""`modelgate promote --push` to an SSH remote: with a key, with the agent, from a shallow clone; and what it
says when the host or the key is not known."""

import os
import shlex
import subprocess
import time

from support import console
from support.program import Checks
from support.registry import Registry
from support.server import Server, Ssh

CANNOT = 3

checks = Checks()


def says(done, code, *words):
    missing = [word for word in words if word not in done.text]
    checks.that(done.code == code and not missing, f"wanted exit {code} and {words}: {done}")


def needs_keys(ssh, registry, promote):
    folder = registry.clone("keys")
    run = registry.run(folder)
    says(promote(folder, run), CANNOT, "not known by its host key", "known_hosts")
    ssh.know(ssh.files / "id_ed25519")
    says(promote(folder, run), CANNOT, "not known by its host key")
    ssh.know(ssh.folder / "host")
    key, away = ssh.files / "id_ed25519", ssh.files / "away"
    key.rename(away)
    key.with_suffix(".pub").unlink()
    says(promote(folder, run), CANNOT, "accepts no key", "id_ed25519", "SSH_AUTH_SOCK")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    says(promote(folder, run), CANNOT, "accepts no key")
    checks.that(not registry.tags(""), "nothing was pushed")
    away.rename(key)
    key.with_suffix(".pub").unlink()  # which is another's; ssh works it out of the private one


def works(ssh, registry, promote):
    """The key's file; an agent that has nothing, or is gone, is no obstacle; an agent alone."""
    folder = registry.clone("works")
    nobody = ssh.server.root / "no-agent"
    agent = dict(line.split(";")[0].split("=", 1) for line in subprocess.run(["ssh-agent", "-s"],
        check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines() if "=" in line)
    try:
        for stage, variables in (("PPD", {}), ("PPS", {"SSH_AUTH_SOCK": agent["SSH_AUTH_SOCK"]}),
                ("PRD", {"SSH_AUTH_SOCK": str(nobody)})):
            done = promote(folder, registry.run(folder, stage), stage, **variables)
            checks.that(done.code == 0, f"{variables}: {done}")
        key = ssh.files / "id_ed25519"
        subprocess.run(["ssh-add", "-q", key], check=True, env={**os.environ, **agent})
        key.rename(ssh.files / "away")
        registry.commit()
        folder = registry.clone("agent")
        done = promote(folder, registry.run(folder), SSH_AUTH_SOCK=agent["SSH_AUTH_SOCK"])
        checks.that(done.code == 0, f"the agent's key: {done}")
        (ssh.files / "away").rename(key)
    finally:
        subprocess.run(["kill", agent["SSH_AGENT_PID"]], check=True)
    done = registry.modelgate(folder, "verify")
    checks.that(done.code == 0, f"the history is sound: {done}")


def hears_no(ssh, registry, promote):
    registry.commit()
    folder = registry.clone("no")
    run = registry.run(folder)
    ssh.server.hook(registry.name, "update", "echo 'closed until Monday' >&2; exit 1")
    says(promote(folder, run), CANNOT, "refuses to create refs/tags/churn@", "closed until Monday")
    ssh.server.hook(registry.name, "update", "sleep 20")
    began = time.monotonic()
    says(promote(folder, run, more=["--timeout", "6s"]), CANNOT, "nobody knows")
    checks.that(time.monotonic() - began < 18, "the deadline holds")
    ssh.server.hook(registry.name, "update", "exit 0")
    checks.that(promote(folder, run).code == 0, "then it goes on")


def from_a_shallow_clone(ssh, registry, promote):
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
    checks.that("Host key verification failed" in told and "Are you sure" not in told,
        f"nobody is asked: {told}")
    done = promote(folder, run, GIT_SSH_COMMAND=f"{command}{ssh.files}/known_hosts")
    checks.that(done.code == 0, f"a shallow clone: {done}")


with Server() as loopback, Ssh(loopback) as host:
    models = Registry(loopback, "ssh")

    def to_host(folder, run, stage="PPD", **variables):
        return models.promote(folder, run, stage, to=host.address("ssh"), HOME=str(host.home), **variables)

    for part in (needs_keys, works, hears_no, from_a_shallow_clone):
        part(host, models, to_host)
checks.end()
