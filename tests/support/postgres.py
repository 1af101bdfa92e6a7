"""A real PostgreSQL of a test's own: a private cluster on a Unix socket, and tables made of CSV files."""

import contextlib
import csv
import datetime
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

import pytest

# What DuckDB calls a type, and what PostgreSQL does.
TYPES = {"DOUBLE": "double precision", "FLOAT": "real", "BIGINT": "bigint", "INTEGER": "integer",
         "VARCHAR": "text", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp",
         "HUGEINT": "numeric(38,0)", "UBIGINT": "numeric(20,0)"}
# Words of DuckDB that tests put into SQL of their own.
WORDS = """
CREATE DOMAIN double AS double precision;
CREATE DOMAIN hugeint AS numeric(38, 0);
CREATE DOMAIN ubigint AS numeric(20, 0);
CREATE FUNCTION range(n bigint) RETURNS SETOF bigint LANGUAGE sql IMMUTABLE AS
    'SELECT generate_series(0, n - 1)';
CREATE FUNCTION range(a bigint, b bigint) RETURNS SETOF bigint LANGUAGE sql IMMUTABLE AS
    'SELECT generate_series(a, b - 1)';
"""


def programs():
    """The folder of initdb and pg_ctl, or None: Debian keeps them outside of PATH."""
    found = shutil.which("pg_ctl")
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -float(p.parent.name))
    return pathlib.Path(found).parent if found else next(iter(folders), None)


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Server:
    """Runs while it is open. `environment` is what libpq needs to reach it as its superuser `gate`."""

    def __init__(self):
        self.bin = programs()
        if not self.bin:
            pytest.skip("PostgreSQL is not installed (on Debian and Ubuntu the package postgresql)")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mg-pg-", dir="/tmp"))  # a socket's path is short
        self.data = self.folder / "data"
        self.environment = {"PGHOST": str(self.folder), "PGPORT": "5432", "PGUSER": "gate", "PGDATABASE": "postgres"}
        try:
            if os.getuid() == 0:  # the server refuses to run as root
                owner = pwd.getpwnam("postgres")
                os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self._ask("initdb", "-D", self.data, "-A", "trust", "-U", "gate", "-E", "UTF8", "--locale=C.UTF-8", "-N")
            self.start()
            self.sql(WORDS)
        except BaseException:
            self.close()
            raise

    def _ask(self, program, *arguments):
        command = [str(self.bin / program), *map(str, arguments)]
        if os.getuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder,
            env={**os.environ, "LC_ALL": "C.UTF-8"}, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self):
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off -c autovacuum=off"
        self._ask("pg_ctl", "-D", self.data, "-o", options, "-w", "-l", self.folder / "log", "start")

    def stop(self):
        """At once, as if the machine were gone."""
        self._ask("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    def close(self):
        with contextlib.suppress(AssertionError):
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def sql(self, text, **environment):
        """Statements, by psql; gives the rows, columns separated by |."""
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"], input=text,
            capture_output=True, text=True, check=False,
            env={**os.environ, **self.environment, **environment}, timeout=120)
        assert done.returncode == 0, done.stderr
        return [line.split("|") for line in done.stdout.splitlines()]

    def load(self, table, path, types):
        """A table of what a CSV file holds; columns without a type get the narrowest that fits."""
        with open(path, encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        columns = [TYPES.get(types[name].upper(), types[name]) if name in types
                   else narrowest([row[i] if row else "" for row in rows]) for i, name in enumerate(header)]
        made = ", ".join(f"{quoted(name)} {kind}" for name, kind in zip(header, columns, strict=True))
        self.sql(f"CREATE TABLE {quoted(table)} ({made});\n\\copy {quoted(table)} from '{path}' (format csv, header)\n")


def narrowest(texts):
    """As modelgate reads a column of a CSV file."""
    def whole(text):
        int(text)
        if text != str(int(text)):
            raise ValueError

    def moment(text):
        datetime.datetime.fromisoformat(text)

    filled = [text for text in texts if text != ""]
    tries = [("bigint", whole), ("double precision", float), ("date", datetime.date.fromisoformat),
             ("timestamp", moment)]
    if filled and {text.lower() for text in filled} <= {"true", "false"}:
        return "boolean"
    for kind, read in tries:
        with contextlib.suppress(ValueError):
            for text in filled:
                read(text)
            return kind if filled else "text"
    return "text"
