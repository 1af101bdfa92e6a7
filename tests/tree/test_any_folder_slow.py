"""The repository builds wherever it lies, whatever its folder is called, and without Node: what is built of web/ comes
along, as in a source archive."""

import os
import shutil
import subprocess

from support import console, copied


def test_build(tmp_path):
    folder = tmp_path / "it's a földer (2)"
    copied.copy(folder, "cmake", "include", "runner", "CMakeLists.txt", "CMakePresets.json")
    shutil.copytree(console.SOURCE / "web/dist", folder / "web/dist")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CMAKE_")}
    environment |= copied.ccache(folder)
    for command in (copied.CONFIGURE, ["cmake", "--build", "--preset", "release"]):
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    done = subprocess.run([folder / "build/release/modelgate", "--version"], capture_output=True, text=True)
    assert done.stdout.startswith("modelgate "), done
