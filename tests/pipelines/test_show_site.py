"""Rehearses what brings a site into the extension's hub."""

from pipelines.stories import Story, same


def text(made):
    return f"""
steps:
- bash: |
    {made}
- template: templates/steps/show-site.yml@modelgate
  parameters:
    site: site
"""


def test_site_is_attached():
    """The fleet and each model, by their pages, and a tag to find them by"""
    with Story(["churn"]) as story:
        story.commit()
        pages = "index models/churn models/a~3ab"
        run = story.run(text(f"mkdir -p site/models && for f in {pages}; do echo $f >site/$f.html; done"))
        same(run.result, "Succeeded", "the run", run)
        same(sorted(run.attachments), [("modelgate.fleet", "index.html", b"index\n"),
            ("modelgate.model", "a~3ab.html", b"models/a~3ab\n"), ("modelgate.model", "churn.html", b"models/churn\n")],
            "what the hub reads")
        same(run.tags, ["modelgate-site"], "tags of the run")
        run = story.run(text("rm -r site && mkdir -p site/models && echo >site/index.html"))
        same([name for _, name, _ in run.attachments], ["index.html"], "a site without models")


def test_no_site_is_red():
    """A run without a site has no tag: the hub goes on with the one before, and says so"""
    with Story(["churn"]) as story:
        story.commit()
        run = story.run(text("true"))
        same((run.result, run.attachments, run.tags), ("Failed", [], []), "no site", run)
