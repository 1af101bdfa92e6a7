#!/usr/bin/env python3
"""Draws what a person sees of a rehearsed run: stages, Tests tab, summary. azure.py > azure.svg; docs/pictures/make
runs it.

Nothing here is made up: the story is tests/pipelines/test_rehearsal_release_slow.py's drift that stops, run now. Times
are left out.
"""
import html
import re

from pipelines import test_rehearsal_release_slow as release
from pipelines.stories import Story

COLOUR = {"Succeeded": "#107c10", "Failed": "#cd4a45", "Skipped": "#8a8886"}
SIGN = {"Succeeded": "✓", "Failed": "✕", "Skipped": "–"}
WIDTH, LINE, PAD, MOST_LETTERS = 1000, 22, 24, 60
FONT = "Segoe UI,Helvetica,Arial,sans-serif"


class Picture:
    def __init__(self):
        self.parts, self.y = [], PAD

    def text(self, x, words, colour="#201f1e", size=14, weight="normal"):
        self.parts.append(f'<text x="{x}" y="{self.y}" font-size="{size}" font-weight="{weight}" fill="{colour}">'
                          f"{html.escape(words)}</text>")

    def heading(self, words):
        self.y += 2 * LINE
        self.text(PAD, words, size=17, weight="600")
        self.y += 8
        self.parts.append(f'<line x1="{PAD}" x2="{WIDTH - PAD}" y1="{self.y}" y2="{self.y}" stroke="#d2d0ce"/>')
        self.y += LINE

    def box(self, x, title, result):
        self.parts.append(
                          f'<rect x="{x}" y="{self.y - 14}" width="148" height="46" rx="3" fill="#fff" '
                          f'stroke="#d2d0ce"/>'
                          f'<circle cx="{x + 18}" cy="{self.y + 9}" r="9" fill="{COLOUR[result]}"/>'
                          f'<text x="{x + 18}" y="{self.y + 14}" font-size="13" text-anchor="middle" '
                          f'fill="#fff">{SIGN[result]}</text>')
        self.parts.append(f'<text x="{x + 35}" y="{self.y + 6}" font-size="13">{html.escape(title)}</text>'
                          f'<text x="{x + 35}" y="{self.y + 22}" font-size="11" fill="#605e5c">{result}</text>')

    def svg(self, title):
        height = self.y + PAD
        return (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} '
                f'{height}" '
                f'role="img" font-family="{FONT}"><title>{html.escape(title)}</title>'
                f'<rect width="100%" height="100%" fill="#faf9f8"/>\n' + "\n".join(self.parts) + "\n</svg>")


def rehearse():
    with Story(["churn"]) as story:
        release.raise_fees(story)
        story.commit("Fees went up")
        return story.run(release.SINGLE % story.tools)


def summary_lines(text):
    """The Markdown as a reader has it, as far as it is not folded away."""
    for line in text.partition("<details>")[0].splitlines():
        if line.strip() and not re.fullmatch(r"[|: -]+", line):
            line = re.sub(r" in [\d.]+ m?s\b", "", line.strip("# "))
            yield re.sub(r"\\(.)", r"\1", line).replace("**", "").replace("`", "").replace("<br>", " ")


def main():
    run = rehearse()
    picture = Picture()
    picture.text(PAD, f"#{run.variables['Build.BuildNumber']} • Fees went up", size=20, weight="600")
    picture.heading("Stages")
    for number, stage in enumerate(run.pipeline["stages"]):
        picture.box(PAD + number * 160, stage["displayName"], run.stages[stage["stage"]].result)
    picture.y += LINE
    picture.heading("Tests")
    for title, cases in run.tests.items():
        red = [c for c in cases if c["outcome"] == "Failed"]
        picture.text(PAD, f"{SIGN['Failed' if red else 'Succeeded']} {title}",
            COLOUR["Failed" if red else "Succeeded"], weight="600")
        picture.text(220, f"{len(cases)} cases, {len(red)} failed", "#605e5c")
        picture.y += LINE
        for case in red:
            picture.text(PAD + 20, f"✕ {case['title']}", COLOUR["Failed"])
            picture.text(320, case["message"])
            picture.y += LINE
    picture.heading("Extensions: the summary of the gate that stopped it")
    for line in summary_lines(run.summaries[-1]):
        cells = [c.strip() for c in line.strip("|").split("|")] if line.startswith("|") else [line]
        for x, cell in zip((PAD, 110, 220, 305, 490), cells) if len(cells) > 1 else [(PAD, line)]:
            # The page has an emoji there, which not every font that draws this has.
            cell = cell.replace("❌", SIGN["Failed"])
            picture.text(x, cell if len(cell) <= MOST_LETTERS else cell[:MOST_LETTERS - 1] + "…")
        picture.y += LINE
    print(picture.svg("A run whose drift gate stopped at PPS"))


main()
