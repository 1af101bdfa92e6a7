#!/usr/bin/env python3
"""The messages that docs/azure.md explains are those that the templates and the program print, word by word."""
import re
import sys

from pipelines.corpus import SOURCE

PAGE = SOURCE / "docs/azure.md"
ROW = re.compile(r"^\| (?=`)(.*?) \|", re.MULTILINE)


def printed():
    """All that the templates and the program can say, with … for what is filled in."""
    texts = [p.read_text("utf-8") for p in (SOURCE / "templates").rglob("*.yml")]
    for path in (SOURCE / "runner").rglob("*.[ch]"):
        text = path.read_text("utf-8")
        # "a text over "⏎"two lines", and a macro between two parts
        text = re.sub(r'"\s*(?:MG_[A-Z_]+\s*)?"', "", text)
        texts.append(re.sub(r"\\(.)", r"\1", text))
    return re.sub(r"\s+", " ", "\n".join(texts))


def main():
    section = PAGE.read_text("utf-8").partition("\n## Troubleshooting\n")[2].partition("\nWhat the service says:\n")[0]
    said, failed, messages = printed(), 0, []
    for row in ROW.findall(section):
        messages += re.findall(r"`([^`]+)`", row)
    for message in messages:
        for part in message.split("…"):
            part = part.strip(" ")
            if len(part) > 3 and part not in said:
                print(f"{PAGE.name}: nothing prints {part!r} of {message!r}")
                failed += 1
    print(f"{len(messages)} messages, {failed} that nothing prints")
    return 1 if failed or len(messages) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
