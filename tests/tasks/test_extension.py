"""The extension without the packed runner: every task in it is well formed, and nothing else is in it."""


from tasks import extension


def test_extension():
    home = "https://example.com/ml/modelgate"
    extension.look_at(extension.make("--without-runner", "--home", home), (), home)
    size = extension.look_at(extension.make("--without-runner"), ())
    assert size < 1_000_000, f"{size:,} bytes are too many for some small tasks"
