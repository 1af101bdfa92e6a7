"""`modelgate promote --push` from clones as Azure Pipelines makes them: each works, or says exactly
which checkout settings are wanted."""

import os

from support.registry import Registry

FULL_CLONE = "set fetchDepth: 0 and fetchTags: true on the checkout step"
BRANCHES = "+refs/heads/*:refs/remotes/origin/*"


def checkout(registry, to, *fetch, tip="refs/remotes/origin/main", settings=()):
    """As the agent does: init, remote add, fetch, checkout of a commit."""
    git, folder = registry.git, registry.git.root / f"{registry.name}-{to}"
    git.git(git.root, "init", "--quiet", folder)
    git.git(folder, "remote", "add", "origin", git.address(registry.name))
    for key, value in settings:
        git.git(folder, "config", key, value)
    git.git(folder, "fetch", "--quiet", "--force", *fetch)
    git.git(folder, "checkout", "--quiet", "--force", "--detach", tip)
    return folder


def works(registry, folder, what, **variables):
    before = registry.tags()
    done = registry.promote(folder, registry.run(folder), more=["--json"], **variables)
    assert done.code == 0, f"{what} works: {done}"
    tag = done.json()["tag"]
    assert tag not in before and registry.tags().get(tag) == done.json()["id"], f"{what}: the server has {tag}"
    assert registry.git.git(folder, "rev-parse", f"refs/tags/{tag}") == done.json()["id"], (
        f"{what}: the clone has {tag}")
    assert not registry.git.git(folder, "for-each-ref", "refs/modelgate"), f"{what}: nothing else is left"


def refused(registry, folder, what, code, *words, **variables):
    before = registry.git.refs(registry.name)
    done = registry.promote(folder, registry.run(folder), **variables)
    missing = [word for word in words if word not in done.text]
    assert done.code == code and not missing, f"{what} says {words}: {done}"
    assert registry.git.refs(registry.name) == before, f"{what}: the server is as before"


def test_whole_clones(git):
    registry = Registry(git, "whole")
    all_tags = ("--tags", "origin", BRANCHES)
    folder = checkout(registry, "detached", *all_tags)
    works(registry, folder, "a detached HEAD of a whole clone")

    registry.commit()
    folder = checkout(registry, "filtered", "--filter=blob:none", *all_tags)
    works(registry, folder, "fetchFilter: blob:none")

    registry.commit()
    folder = registry.clone("sparse", "--filter=blob:none", "--sparse")
    git.git(folder, "config", "extensions.worktreeConfig", "true")
    works(registry, folder, "a sparse checkout with a filter")

    registry.commit()
    folder = registry.clone("beside")
    worktree = git.root / "whole-worktree"
    git.git(folder, "worktree", "add", "--quiet", "--detach", worktree)
    works(registry, worktree, "a worktree")

    registry.commit()
    folder = checkout(registry, "untagged", "--no-tags", "origin", BRANCHES)
    works(registry, folder, "a whole clone without its tags, which are fetched")

    registry.commit()
    folder = checkout(registry, "owned", *all_tags)
    if os.getuid() == 0:  # as in a container job: files of another user
        for path, folders, files in os.walk(folder):
            for name in (*folders, *files, "."):
                os.chown(os.path.join(path, name), 12345, 12345, follow_symlinks=False)
        home = git.root / "nobody"  # whose git trusts no folder of others
        home.mkdir()
        works(registry, folder, "a folder of another owner", HOME=str(home),
            GIT_COMMITTER_NAME="Ci", GIT_COMMITTER_EMAIL="ci@example.com")
    else:
        print("skipped: the folder of another owner, which only root can make")
    done = registry.modelgate(folder, "verify")
    assert done.code == 0, f"the history of all these is sound: {done}"


def test_behind_the_branch(git):
    """The branch has gone on since, and the clone keeps no copy of it: an address has none, nor has a
    clone of another branch."""
    registry = Registry(git, "behind")
    for to, rule, policy in (("address", "+refs/heads/main:refs/remotes/origin/main", None),
            ("other", "+refs/heads/work:refs/remotes/origin/work", None),
            ("named", "+refs/heads/work:refs/remotes/origin/work", "protected_branch: release\n")):
        if policy:
            (registry.seed / ".modelgate.yaml").write_text(policy)
            git.git(registry.seed, "add", ".")
        commit = registry.commit()
        git.git(registry.seed, "push", "--quiet", "--force", "origin", "HEAD:refs/heads/work",
            "HEAD:refs/heads/release")
        folder = checkout(registry, to, "--no-tags", "origin", rule, tip=commit,
            settings=[("remote.origin.fetch", rule)])
        for _ in range(2):
            registry.commit()
        git.git(registry.seed, "push", "--quiet", "origin", "HEAD:refs/heads/release")
        done = registry.promote(folder, registry.run(folder),
            to=git.address("behind") if to == "address" else "origin")
        assert done.code == 0, f"{to}, behind the branch: {done}"


def test_names_of_commits(git):
    """What is checked out is promoted, whatever the server calls its branches."""
    registry = Registry(git, "names")
    older = git.git(registry.seed, "rev-parse", "HEAD")
    newer = registry.commit()
    git.git(registry.seed, "push", "--quiet", "origin", f"{newer}:refs/heads/{older}")
    folder = registry.clone("older")
    git.git(folder, "checkout", "--quiet", "--detach", older)
    run = registry.run(folder)
    assert git.git(folder, "rev-parse", "origin/HEAD") == newer, "origin/HEAD is another"
    for more in ([], ["--commit", older]):
        done = registry.promote(folder, run, more=["--json", "--dry-run", *more])
        assert done.code == 0 and done.json()["commit"] == older, f"{older} is meant: {done}"


def test_shallow_clones(git):
    registry = Registry(git, "shallow")
    registry.commit()
    depth = ("--depth=1", "origin", BRANCHES)
    folder = checkout(registry, "first", "--no-tags", *depth)
    works(registry, folder, "a shallow clone, before there is any tag")
    registry.commit()
    folder = checkout(registry, "untagged", "--no-tags", *depth)
    refused(registry, folder, "a shallow clone without tags", 2, "shallow", FULL_CLONE)
    folder = checkout(registry, "tagged", "--tags", *depth)
    works(registry, folder, "a shallow clone with tags")
    # Not the branch's tip any more: whether it is on the branch this clone cannot know.
    registry.commit()
    registry.commit()
    git.git(folder, "fetch", "--quiet", "--depth=1", "origin", BRANCHES)
    git.git(folder, "tag", "--delete", *git.git(folder, "tag", "--list").split())
    git.git(folder, "fetch", "--quiet", "--depth=1", "--tags", "origin")
    done = registry.promote(folder, registry.run(folder, "PPS"), "PPS")
    assert done.code in (1, 2) and FULL_CLONE in done.text, (
        f"an older commit in a shallow clone says what it needs: {done}")


def test_pull_requests(git):
    registry = Registry(git, "pull")
    git.git(registry.seed, "checkout", "--quiet", "-b", "topic")
    git.commit(registry.seed, "topic")
    git.git(registry.seed, "checkout", "--quiet", "-B", "merge", "origin/main")
    git.git(registry.seed, "merge", "--quiet", "--no-ff", "topic")
    git.git(registry.seed, "push", "--quiet", "origin", "topic", "merge:refs/pull/7/merge")
    folder = checkout(registry, "merge", "origin", BRANCHES,
        "+refs/pull/7/merge:refs/remotes/pull/7/merge", tip="refs/remotes/pull/7/merge")
    refused(registry, folder, "a pull request's merge commit", 1, "pull request",
        BUILD_SOURCEBRANCH="refs/pull/7/merge", BUILD_REASON="PullRequest")
    refused(registry, folder, "that commit without the agent's word", 1, "protected-branch",
        "main")
