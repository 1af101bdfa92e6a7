"""A spec of some kilobytes whose variables, put into every text, would come to gigabytes: each command that reads
it says so at once."""


from support import program

NAMES = ["columns: [" + ", ".join(['"${long}"'] * 1000) + "]"] * 40


def test_long_vars(place):
    text = "".join(f"      - not_null: {{{names}}}\n" for names in NAMES)
    (place.work / "modelgate.yaml").write_text("version: 1\nmodel: m\n" + f"vars: {{long: {'x' * 100000}}}\n"
        "data: {d: d.csv}\nsuites:\n  s:\n    on: d\n    checks:\n" + text)
    (place.work / "d.csv").write_text("x\n1\n")
    for words in (["validate"], ["run"]):
        done = program.run(place, words, timeout=60)
        assert done.returncode == 2 and done.stderr.count(b"longer than 8 MiB") == 1, f"{words}: {done}"[:2000]
