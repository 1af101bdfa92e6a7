"""What the golden cases of the kinds must give is what the oracle works out, without modelgate."""

import pathlib
import subprocess
import sys

ORACLE = pathlib.Path(__file__).parent / "kinds/oracle.py"


def test_oracle():
    assert subprocess.run([sys.executable, ORACLE, "--check"], check=False).returncode == 0
