"""A real git server on loopback for the tests: git http-backend behind lighttpd, repositories and
clones as people and Azure make them, and a proxy that injects faults."""

import base64
import getpass
import os
import pathlib
import secrets
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time

import pytest

from support.ports import free_port

# Of this process alone: tests beside it look for theirs in all command lines.
TOKEN = f"s3cr3t-t0ken-{secrets.token_hex(8)}"
LOGIN = base64.b64encode(f"ci:{TOKEN}".encode()).decode()
LIGHTTPD = shutil.which("lighttpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")

CONFIG = """
server.modules = ("mod_alias", "mod_auth", "mod_authn_file", "mod_setenv", "mod_cgi",
    "mod_accesslog")
server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{folder}"
server.errorlog = "{folder}/error.log"
accesslog.filename = "{folder}/access.log"
accesslog.format = "%m %U %s"
cgi.assign = ("" => "")
alias.url = ({aliases})
setenv.add-environment = ("GIT_PROJECT_ROOT" => "{repositories}", "GIT_HTTP_EXPORT_ALL" => "1",
    "HOME" => "{folder}", "PATH" => "{path}")
auth.backend = "plain"
auth.backend.plain.userfile = "{folder}/users"
auth.require = ("/basic/" => ("method" => "basic", "realm" => "git", "require" => "valid-user"))
"""

BACKEND = '#!/bin/sh\nexec git http-backend\n'
BEARER = f"""#!/bin/sh
case $HTTP_AUTHORIZATION in
"bearer {TOKEN}") exec git http-backend ;;
esac
printf 'Status: 401 Unauthorized\\r\\nWWW-Authenticate: %s\\r\\nContent-Length: 0\\r\\n\\r\\n' \\
	'{{challenge}}'
"""


def answer(status, kind="text/html", body="<html>\n<title>Sign in</title>\n</html>", header=""):
    return (f"#!/bin/sh\nprintf 'Status: {status}\\r\\nContent-Type: {kind}\\r\\n{header}"
            f"Content-Length: {len(body)}\\r\\n\\r\\n%s' '{body}'\n")


# The first part of an address's path says how the server behaves.
SCRIPTS = {
    "open": BACKEND,
    "basic": BACKEND,
    "bearer": BEARER.replace("{challenge}", 'Basic realm="git"'),
    "bearer-only": BEARER.replace("{challenge}", "Bearer"),
    "401": answer("401 Unauthorized", header='WWW-Authenticate: Basic realm="git"\\r\\n'),
    # Lets everybody read, and nobody write, which it says only when the tag is sent.
    "401-late": answer("401 Unauthorized", header='WWW-Authenticate: Basic realm="git"\\r\\n').replace("#!/bin/sh\n",
        '#!/bin/sh\ncase $REQUEST_METHOD$REQUEST_URI in *git-upload-pack* | GET*) exec git http-backend ;; esac\n'),
    "403": answer("403 Forbidden"),
    "404": answer("404 Not Found"),
    "500": answer("500 Internal Server Error"),
    "203": answer("203 Non-Authoritative Information"),
    "html": answer("200 OK"),
    # Which git takes for the empty list of a server that only has files.
    "line": answer("200 OK", body="<html><title>Sign in</title></html>"),
    "moved": answer("302 Found", header="Location: http://localhost:1/elsewhere\\r\\n"),
}


class Server:
    """Serves the bare repositories below `repositories` until the end of the with block."""

    def __init__(self):
        if not LIGHTTPD:
            pytest.skip("lighttpd is not installed: script/bootstrap --test brings it")
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="modelgate-git.")).resolve()
        self.repositories = self.root / "repositories"
        scripts = self.root / "cgi"
        scripts.mkdir()
        self.repositories.mkdir()
        for name, text in SCRIPTS.items():
            (scripts / name).write_text(text)
            (scripts / name).chmod(0o755)
        (self.root / "users").write_text(f"ci:{TOKEN}\n")
        (self.root / ".gitconfig").write_text(
            "[safe]\n\tdirectory = *\n[user]\n\tname = Server\n\temail = server@example.com\n")
        self.environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.root),
            "LC_ALL": "C.UTF-8", "GIT_TERMINAL_PROMPT": "0"}
        self.process = self.port = None

    def __enter__(self):
        try:
            for _ in range(5):  # somebody else may take the port first
                if self.start():
                    return self
            raise RuntimeError(f"lighttpd does not start: {self.log('error.log')}")
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def start(self):
        self.port = free_port()
        aliases = ", ".join(f'"/{name}/" => "{self.root}/cgi/{name}/"' for name in SCRIPTS)
        (self.root / "lighttpd.conf").write_text(CONFIG.format(port=self.port, folder=self.root,
            repositories=self.repositories, aliases=aliases, path=self.environment["PATH"]))
        self.process = subprocess.Popen([LIGHTTPD, "-D", "-f", self.root / "lighttpd.conf"],
            env=self.environment, stdin=subprocess.DEVNULL)
        while self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return True
            except OSError:
                time.sleep(0.02)
        return False

    def address(self, name, way="open", port=None, user=""):
        return f"http://{user}127.0.0.1:{port or self.port}/{way}/{name}.git"

    def log(self, name="access.log"):
        """The access log is whole only after stop()."""
        path = self.root / name
        return path.read_text() if path.exists() else ""

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process = None

    def repository(self, name):
        """A new, empty, bare repository that may be pushed to."""
        folder = self.repositories / f"{name}.git"
        self.git(self.repositories, "init", "--quiet", "--bare", "--initial-branch=main", folder)
        for key, value in (("http.receivepack", "true"), ("uploadpack.allowFilter", "true"),
                ("uploadpack.allowAnySHA1InWant", "true")):
            self.git(folder, "config", key, value)
        return folder

    def hook(self, name, kind, script):
        path = self.repositories / f"{name}.git" / "hooks" / kind
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def git(self, folder, *arguments, check=True, date=None, **options):
        environment = {**self.environment, **({"GIT_COMMITTER_DATE": f"@{date} +0000"} if date else {})}
        done = subprocess.run(["git", *arguments], cwd=folder, env=environment, text=True,
            capture_output=True, **options)
        if check and done.returncode:
            raise RuntimeError(f"git {arguments}: {done.stderr}")
        return done.stdout.strip()

    def clone(self, name, to, *options, way="open"):
        folder = self.root / to
        self.git(self.root, "clone", "--quiet", *options, self.address(name, way), folder)
        return folder

    def commit(self, folder, message="work"):
        self.git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
        return self.git(folder, "rev-parse", "HEAD")

    def tag_object(self, folder, name, commit="HEAD", message="a tag"):
        """An annotated tag's object, without a ref."""
        self.git(folder, "tag", "--annotate", "--message", message, name, commit)
        made = self.git(folder, "rev-parse", f"refs/tags/{name}")
        self.git(folder, "tag", "--delete", name)
        return made

    def refs(self, name):
        """What the server really has: {ref: object id}."""
        lines = self.git(self.repositories / f"{name}.git", "for-each-ref",
            "--format=%(refname) %(objectname)").splitlines()
        return dict(line.split() for line in lines)


class Ssh:
    """The same repositories by SSH, from an sshd of our own that lets this user in with the key of `home`."""

    def __init__(self, server):
        program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if not program:
            pytest.skip("sshd is not installed: script/bootstrap --test brings it (it need not run)")
        self.server, self.program, self.process = server, program, None
        self.folder, self.home = server.root / "sshd", server.root / "home"
        self.files = self.home / ".ssh"
        for folder in (self.folder, self.files):
            folder.mkdir(parents=True, mode=0o700)
        shutil.copy(server.root / ".gitconfig", self.home)
        for key in (self.folder / "host", self.files / "id_ed25519"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        shutil.copy(self.files / "id_ed25519.pub", self.folder / "authorized_keys")
        self.port = free_port()
        (self.folder / "config").write_text(f"Port {self.port}\nListenAddress 127.0.0.1\n"
            f"HostKey {self.folder}/host\nAuthorizedKeysFile {self.folder}/authorized_keys\nPidFile none\n"
            "UsePAM no\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n")
        if os.geteuid() == 0:
            pathlib.Path("/run/sshd").mkdir(exist_ok=True)

    def __enter__(self):
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen([self.program, "-D", "-e", "-f", self.folder / "config"],
                stdin=subprocess.DEVNULL, stderr=log)
        while self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"sshd does not start: {(self.folder / 'log').read_text()}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def address(self, name):
        return f"ssh://{getpass.getuser()}@127.0.0.1:{self.port}{self.server.repositories}/{name}.git"

    def know(self, key):
        """The host is known to have this key."""
        words = key.with_suffix(".pub").read_text().split()
        (self.files / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {words[0]} {words[1]}\n")


class Proxy:
    """Hands bytes on between a client and the server, and breaks the connection on purpose:
    "silent" never answers; "request" cuts after `after` bytes of a push have gone to the
    server; "answer" lets the whole push through and cuts when the server starts to answer it.
    The first `skip` pushes pass, the next `times` are broken, all later ones pass. None breaks nothing;
    with a certificate the client's side speaks TLS."""

    def __init__(self, server, fault, after=0, times=1, skip=0, certificate=None):
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        self.server, self.fault, self.after = server, fault, after
        self.first, self.end, self.seen, self.broken = skip, skip + times, 0, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.began, self.trail = time.monotonic(), []

    def note(self, connection, what):
        self.trail.append(f"{time.monotonic() - self.began:7.2f} s, connection {connection}: {what}")

    @property
    def story(self):
        """What came through when, for whoever wonders why a call took so long."""
        return "\n".join(["the proxy saw:", *self.trail])

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept(); close() alone leaves it waiting
        self.listener.close()

    def accept(self):
        while self.listener.fileno() != -1:
            try:
                client, _ = self.listener.accept()
            except OSError:  # the client is gone already, or the listener
                continue
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        if self.tls:
            try:
                client = self.tls.wrap_socket(client, server_side=True)
            except OSError:  # it does not trust us
                return
        number = client.fileno()
        self.note(number, "accepted")
        if self.fault == "silent":
            client.recv(1 << 20)
            time.sleep(3600)
        upstream = socket.create_connection(("127.0.0.1", self.server.port))
        state = {"post": None}

        def broken():
            return state["post"] is not None and state["post"] >= 0

        def hang_up():
            self.note(number, "hung up")
            for end in (client, upstream):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        def up():
            while data := client.recv(65536):
                self.note(number, f"{len(data)} bytes up: {data[:60]!r}")
                if state["post"] is None and b"/git-receive-pack HTTP" in data:
                    with self.lock:
                        mine = self.first <= self.seen < self.end
                        self.seen += 1
                        self.broken += mine
                    state["post"] = 0 if mine else -1
                if self.fault == "request" and broken():
                    part = data[:self.after - state["post"]]
                    upstream.sendall(part)
                    state["post"] += len(part)
                    if state["post"] >= self.after:
                        return hang_up()
                else:
                    upstream.sendall(data)
            hang_up()

        def down():
            while data := upstream.recv(65536):
                self.note(number, f"{len(data)} bytes down: {data[:60]!r}")
                if self.fault == "answer" and broken():
                    return hang_up()  # lighttpd answers when the program is done
                client.sendall(data)
            hang_up()

        def quietly(work):
            try:
                work()
            except OSError:
                hang_up()

        threading.Thread(target=quietly, args=(up,), daemon=True).start()
        quietly(down)
