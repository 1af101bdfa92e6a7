"""A copy of the repository somewhere else, and the build of it that takes the least time: the compiler need not think,
and what another copy has built is taken from ccache where that is there."""

import os
import shutil
import subprocess

from support import console

CONFIGURE = ["cmake", "--preset", "release", "-DCMAKE_C_FLAGS_RELEASE=-O0 -DNDEBUG",
    "-DCMAKE_INTERPROCEDURAL_OPTIMIZATION=OFF"]


def copy(folder, *paths):
    """The files that git knows or would add, all or those below the paths; what was installed is shared."""
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *paths],
        cwd=console.SOURCE, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (console.SOURCE / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(console.SOURCE / name, folder / name, follow_symlinks=False)
    (folder / "build").mkdir()
    (folder / "build/deps").symlink_to((console.SOURCE / "build/deps").resolve())


def ccache(folder):
    """What the environment of a build in the folder has more."""
    if not shutil.which("ccache"):
        return {}
    return {"CMAKE_C_COMPILER_LAUNCHER": "ccache", "CCACHE_NOHASHDIR": "1", "CCACHE_BASEDIR": str(folder),
        "CCACHE_DIR": os.path.expanduser("~/.cache/ccache")}
