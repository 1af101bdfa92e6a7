"""The repository builds wherever it lies, whatever its folder is called, and without Node: what is built of web/ comes
along, as in a source archive."""

import os
import shutil
import subprocess

from support import console


def test_build(tmp_path):
    folder = tmp_path / "it's a földer (2)"
    listed = subprocess.run(["git", "ls-files", "cmake", "include", "runner", "CMakeLists.txt", "CMakePresets.json"],
        cwd=console.SOURCE, check=True, capture_output=True, text=True).stdout.splitlines()
    for path in listed:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(console.SOURCE / path, folder / path)
    shutil.copytree(console.SOURCE / "web/dist", folder / "web/dist")
    (folder / "build").mkdir()
    (folder / "build/deps").symlink_to(console.SOURCE / "build/deps")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CMAKE_")}
    for command in (["cmake", "--preset", "release"], ["cmake", "--build", "--preset", "release"]):
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    done = subprocess.run([folder / "build/release/modelgate", "--version"], capture_output=True, text=True)
    assert done.stdout.startswith("modelgate "), done
