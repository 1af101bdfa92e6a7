"""The unit tests of web/, run by Node's test runner; script/web has checked their types."""
import os
import pathlib
import subprocess

SOURCE = pathlib.Path(os.environ.get("MODELGATE_SOURCE", "."))
MODULES = SOURCE / "build/deps/web/node_modules"


def test_units(tmp_path):
    tests = sorted((SOURCE / "web/tests").glob("*.test.ts"))
    assert tests
    subprocess.run([MODULES / "esbuild/bin/esbuild", *tests, "--bundle", "--platform=node", "--format=esm",
        "--out-extension:.js=.mjs", f"--outdir={tmp_path}", "--log-level=warning"], check=True)
    done = subprocess.run(["node", "--test", *sorted(tmp_path.glob("*.mjs"))], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert f"# tests {sum(t.read_text().count(chr(10) + 'test(') for t in tests)}" in done.stdout, done.stdout[-400:]
