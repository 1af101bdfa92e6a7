"""The task ModelgateInstall: from its own bundle, from a path, from an address; what it refuses; and
that the steps after it find the program."""

import hashlib
import http.server
import shutil
import tarfile
import threading

from support import console
from tasks import agent

TASK = "ModelgateInstallV1"
OTHERS = "#!/bin/sh\necho '{\"name\": \"other\", \"version\": \"1.0\"}'\n"


def make_bundle(place, file):
    """As script/package lays it out; the program in it hands over to the one under test."""
    folder = place.root / "made" / "modelgate-x"
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    script = folder / "bin" / "modelgate"
    script.write_text(f'#!/bin/sh\nexec {console.PROGRAM} "$@"\n')
    script.chmod(0o755)
    with tarfile.open(file, "w:gz") as archive:
        archive.add(folder, folder.name)
    return hashlib.sha256(file.read_bytes()).hexdigest()


def installed(job, name, inputs, **options):
    job.path = "/usr/bin:/bin"
    step = job.run(TASK, inputs, **options)
    assert step.result == "Succeeded", f"{name}: {step.message()}"
    assert step.events() == ["task.prependpath", "task.setvariable", "task.setvariable", "task.complete"], (
        f"{name}: commands {step.events()}")
    assert step.variables["version"] == console.version(), f"{name}: {step.variables}"
    assert step.variables["program"] == str(step.paths[0] / "modelgate"), f"{name}: {step.variables}"
    run = job.run("ModelgateRunV1", {"spec": "examples/flight-delay/modelgate.yaml", "suites": "scores"})
    assert run.result == "Succeeded", f"{name}, then run: {run.message()}"
    return step


def refused(job, name, inputs, wanted, **options):
    step = job.run(TASK, inputs, **options)
    assert step.result == "Failed" and wanted in step.message(), f"{name}: {step.result}, {step.message()}"
    assert step.paths == [], f"{name}: PATH has {step.paths}"


def test_bundled(job):
    refused(job, "no bundle", {}, "comes without modelgate")
    task = job.place.root / "task"
    shutil.copytree(agent.TASKS / TASK, task, ignore=shutil.ignore_patterns("bundle"))
    (task / "bundle").mkdir()
    archive = task / "bundle" / "modelgate-x.tar.gz"
    digest = make_bundle(job.place, archive)
    (task / "bundle" / "modelgate-x.tar.gz.sha256").write_text(f"{digest}  {archive.name}\n")
    first = installed(job, "bundled", {}, folder=task)
    again = installed(job, "bundled again", {"version": console.version()}, folder=task)
    assert first.paths == again.paths, "unpacked twice"
    left = list((job.tools / "modelgate").iterdir())
    assert len(left) == 1, f"left behind: {left}"
    refused(job, "wrong version", {"version": "9.9"}, "version 9.9 was asked for", folder=task)
    with open(archive, "ab") as file:
        file.write(b"x")
    refused(job, "damaged bundle", {}, "is not what was asked for", folder=task)


def test_from_path(job):
    work = job.place.work
    digest = make_bundle(job.place, work / "packed.tar.gz")
    installed(job, "program", {"source": "path", "path": job.place.root / "bin" / "modelgate"})
    installed(job, "folder", {"source": "path", "path": job.place.root / "made" / "modelgate-x"})
    packed = {"source": "path", "path": work / "packed.tar.gz"}
    installed(job, "packed", {**packed, "sha256": digest.upper()})
    refused(job, "digest", {**packed, "sha256": 64 * "0"}, f"its SHA-256 is {digest}")
    refused(job, "no path", {"source": "path"}, 'The input "path"')
    refused(job, "nothing", {"source": "path", "path": work / "none"}, "nothing at")
    refused(job, "empty folder", {"source": "path", "path": work}, "no bin/modelgate")
    (work / "bad.tgz").write_bytes(b"not packed")
    refused(job, "no archive", {"source": "path", "path": work / "bad.tgz"}, "could not be unpacked")
    other = agent.stand_in(job.place, "other", OTHERS)
    refused(job, "another program", {"source": "path", "path": other}, "as modelgate does not")
    broken = agent.stand_in(job.place, "broken", "#!/bin/sh\necho 'no libc' >&2\nexit 127\n")
    refused(job, "broken", {"source": "path", "path": broken}, "no libc")
    (work / "tool").write_text(OTHERS)
    refused(job, "other name", {"source": "path", "path": work / "tool"}, "not named modelgate")
    refused(job, "source", {"source": "apt"}, "it may be bundled, path, url")


class Server(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_from_url(job):
    folder = job.place.root / "www"
    folder.mkdir()
    digest = make_bundle(job.place, folder / "b.tar.gz")
    make = lambda *args: Server(*args, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), make) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/b.tar.gz?sig=secret-in-address"
        step = installed(job, "url", {"source": "url", "url": url, "sha256": digest})
        said = [line for line in step.log.splitlines() if "task.debug" not in line]
        assert "secret-in-address" not in "\n".join(said), "url: the log has the signature of the address"
        refused(job, "no digest", {"source": "url", "url": url}, '"sha256"')
        refused(job, "other digest", {"source": "url", "url": url, "sha256": 64 * "0"}, digest)
        absent = {"source": "url", "url": url.replace("b.tar", "c.tar"), "sha256": digest}
        refused(job, "absent", absent, "answered 404")
        server.shutdown()
    refused(job, "down", {"source": "url", "url": url, "sha256": digest}, "could not be fetched")
