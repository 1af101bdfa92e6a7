"""The messages that docs/azure.md explains are those that the templates and the program print, word by word."""
import re

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


def test_messages():
    section = PAGE.read_text("utf-8").partition("\n## Troubleshooting\n")[2].partition("\nWhat the service says:\n")[0]
    said, messages = printed(), []
    for row in ROW.findall(section):
        messages += re.findall(r"`([^`]+)`", row)
    assert len(messages) >= 10
    for message in messages:
        parts = [part.strip(" ") for part in message.split("…")]
        assert not [part for part in parts if len(part) > 3 and part not in said], f"nothing prints this of {message!r}"
