#!/usr/bin/env python3
"""Draws what a terminal shows as an SVG: terminal.py TITLE < text-with-colours > picture.svg

docs/pictures/make runs it for every picture.
"""
import html
import re
import sys
import unicodedata

INK = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "36": "#79c0ff"}
WIDTH, LINE, SIZE, PAD, BAR = 8.4, 20, 14, 18, 34


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def runs(line):
    """Pieces of one line with their style; a style ends with the line."""
    style = {}
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        code = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if not code:
            if part:
                yield part, dict(style)
            continue
        for number in code[1].split(";"):
            if number in ("", "0"):
                style = {}
            elif number == "1":
                style["font-weight"] = "bold"
            elif number == "2":
                style["opacity"] = "0.6"
            elif number in INK:
                style["fill"] = INK[number]


def main():
    lines = sys.stdin.read().rstrip("\n").split("\n")
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    width = max(columns(line) for line in plain) * WIDTH + 2 * PAD
    height = len(lines) * LINE + 2 * PAD + BAR
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
          f'viewBox="0 0 {width:.0f} {height}" role="img">')
    print(f"<title>{html.escape(sys.argv[1])}</title>")
    print('<rect width="100%" height="100%" rx="8" fill="#0d1117"/>')
    for i, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        print(f'<circle cx="{PAD + 4 + 18 * i}" cy="{BAR / 2 + 3}" r="5.5" fill="{colour}"/>')
    print(f'<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace" '
          f'font-size="{SIZE}" fill="#e6edf3" xml:space="preserve">')
    for number, line in enumerate(lines):
        y, column = BAR + PAD + LINE * number + SIZE, 0
        for text, style in runs(line):
            for word in re.finditer(r"\S+(?: \S+)*", text):
                x = PAD + (column + columns(text[:word.start()])) * WIDTH
                extra = "".join(f' {k}="{v}"' for k, v in style.items())
                length = columns(word[0]) * WIDTH
                print(f'<text x="{x:.1f}" y="{y}" textLength="{length:.1f}"{extra}>'
                      f"{html.escape(word[0])}</text>")
            column += columns(text)
    print("</g></svg>")


main()
