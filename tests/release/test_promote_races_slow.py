"""Eight promoters in eight clones at once: one tag for each number, nothing lost, nothing twice."""
# program: plain

from support.registry import Done, Registry

RACERS = 8
# "others were faster five times; run the same command again"
GAVE_UP = 3


# A commit that is older than what came in meanwhile is let in on record only.
ON_RECORD = ("--override", "they race")


def race(registry, clones, runs, *more):
    processes = [registry.start(clone, *registry.promotion(run), "--json", *more)
        for clone, run in zip(clones, runs)]
    return [Done(process) for process in processes]


def is_sound(registry, folder, what):
    registry.git.git(folder, "fetch", "--quiet", "--tags")
    done = registry.modelgate(folder, "verify")
    assert done.code == 0, f"{what}: the history is sound: {done}"
    assert not registry.git.git(registry.git.repositories / f"{registry.name}.git", "fsck", "--no-dangling"), (
        f"{what}: the server is whole")
    for number in range(RACERS):
        left = registry.git.git(registry.git.root / f"{registry.name}-racer{number}",
            "for-each-ref", "refs/modelgate")
        assert not left, f"{what}: racer {number} leaves {left}"


def test_the_same_promotion(git):
    """The same commit by the same run: one tag, and everybody is content."""
    registry = Registry(git, "same")
    clones = [registry.clone(f"racer{i}") for i in range(RACERS)]
    run = registry.run(clones[0])
    answers = race(registry, clones, [run] * RACERS)
    assert all(a.code == 0 for a in answers), f"all are content: {[str(a) for a in answers]}"
    tags = registry.tags("churn#")
    assert list(tags) == ["churn#PPD#1"], f"one tag: {tags}"
    assert list(registry.tags("churn@")) == ["churn@v0.0.1"], "one version"
    named = {(a.json()["tag"], a.json()["id"]) for a in answers if a.code == 0}
    assert named == set(tags.items()), f"all name it: {named}"
    assert len({a.json()["evidence"] for a in answers if a.code == 0}) == 1, "one evidence"
    outcomes = [a.json()["outcome"] for a in answers if a.code == 0]
    assert "done" in outcomes and set(outcomes) <= {"done", "done before"}, f"somebody did it: {outcomes}"
    is_sound(registry, clones[0], "the same promotion")
    # A tag that somebody puts beside another one much later is no race.
    message = git.git(clones[0], "for-each-ref", "--format=%(contents)", "refs/tags/churn#PPD#1")
    made = int(git.git(clones[0], "for-each-ref", "--format=%(taggerdate:unix)",
        "refs/tags/churn#PPD#1"))
    git.git(clones[0], "tag", "--annotate", "--message", message, "churn#PPD#2",
        date=made + 3600)
    done = registry.modelgate(clones[0], "verify")
    assert done.code == 1 and "both say that churn@v0.0.1 came before" in done.text, (
        f"a second branch of the chain is a break: {done}")


def test_different_commits(git):
    """Each has its own commit: each gets its own number, or is told that others were faster."""
    registry = Registry(git, "different")
    clones = []
    for number in range(RACERS):
        clones.append(registry.clone(f"racer{number}"))
        registry.commit()
    runs = [registry.run(clone) for clone in clones]
    answers = race(registry, clones, runs, *ON_RECORD)
    done = [a for a in answers if a.code == 0]
    assert all(a.code in (0, GAVE_UP) for a in answers) and done, (
        f"done or told to try again: {[str(a) for a in answers]}")
    for _ in range(RACERS):  # the same commands again, until all are through
        if all(a.code == 0 for a in answers):
            break
        answers = race(registry, clones, runs, *ON_RECORD)
    assert all(a.code == 0 for a in answers), f"all come through: {[str(a) for a in answers]}"
    tags = registry.tags("churn#")
    assert sorted(tags) == sorted(f"churn#PPD#{i + 1}" for i in range(RACERS)), f"each number once: {sorted(tags)}"
    commits = {git.git(clones[0].parent / "repositories" / "different.git", "rev-parse",
        f"{oid}^{{commit}}") for oid in tags.values()}
    assert len(commits) == RACERS, "each commit once"
    assert len({a.json()["version"] for a in answers if a.code == 0}) == RACERS, "each its own version"
    is_sound(registry, clones[0], "different commits")


def test_different_stages(git):
    """One goes on to the next stage while others come in: the numbers of one stage never meet."""
    registry = Registry(git, "stages")
    clones = [registry.clone(f"racer{i}") for i in range(RACERS)]
    registry.promote(clones[0], registry.run(clones[0]))
    moves = [(clones[0], registry.promotion(registry.run(clones[0], "PPS"), "PPS"))]
    for clone in clones[1:3]:
        registry.commit()
        git.git(clone, "pull", "--quiet")
        moves.append((clone, [*registry.promotion(registry.run(clone)), *ON_RECORD]))
    for _ in range(4):
        answers = [Done(p) for p in [registry.start(clone, *move) for clone, move in moves]]
        if all(a.code == 0 for a in answers):
            break
    assert all(a.code == 0 for a in answers), f"all come through: {[str(a) for a in answers]}"
    stages = sorted(tag.split("#")[1] for tag in registry.tags("churn#"))
    assert stages == ["PPD", "PPD", "PPD", "PPS"], f"each once: {registry.tags('churn#')}"
    is_sound(registry, clones[0], "different stages")
