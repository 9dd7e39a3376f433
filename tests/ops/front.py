"""The portal as it stands in production: gunicorn with production's settings behind nginx with the site file of ``deploy/``."""

import os
import re
import shlex
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.client import HTTPSConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.local.kept import var
from portal.local.servers import free_port
from tests.database import ROOT, at
from tests.ops.conftest import Place

DEPLOY = ROOT / "deploy"
NAME = "localhost"  # what visitors call the portal here
WRAPPER = """
{user}daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/other;
    uwsgi_temp_path {folder}/other;
    scgi_temp_path {folder}/other;
    include {folder}/site.conf;
}}
"""


def nginx() -> str:
    """The machine's own, or the one that bin/test unpacks: installed, it would serve the machine's network."""
    folders = [*os.get_exec_path(), "/usr/sbin", str(var() / "nginx" / "usr" / "sbin")]
    program = shutil.which("nginx", path=os.pathsep.join(folders))
    assert program, "nginx is missing: bin/test fetches it."
    return program


def command_of(unit: str) -> list[str]:
    """What a unit starts, with the programs of this checkout."""
    line = re.search(r"^ExecStart=(.*)$", (DEPLOY / f"innovationsportalen-{unit}.service").read_text(), re.MULTILINE)
    assert line
    program, *arguments = shlex.split(line[1].replace("%%", "%"))
    return [str(Path(sys.executable).with_name(Path(program).name)), *arguments]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Visitor:
    """A browser: keeps its cookies, follows no redirect, and believes the front's certificate and no other."""

    def __init__(self, front: "Front") -> None:
        self.front = front
        self.context = ssl.create_default_context(cafile=front.folder / "fullchain.pem")
        self.cookies: SimpleCookie = SimpleCookie()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The path is sent as it is written."""
        return self.send("GET", path, headers=headers)

    def post(self, path: str, data: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """A form, with the token that its page gave."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path).text)
        assert token
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{NAME}"}
        body = urlencode({**data, "csrfmiddlewaretoken": token[1]})
        return self.send("POST", path, body, {**form, **(headers or {})})

    def send(self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        cookies = "; ".join(f"{name}={kept.value}" for name, kept in self.cookies.items())
        link = HTTPSConnection(NAME, self.front.ports["443"], context=self.context, timeout=30)
        with closing(link):
            link.request(method, path, body, {"Host": NAME, "Cookie": cookies, **(headers or {})})
            with link.getresponse() as answer:
                for cookie in answer.headers.get_all("Set-Cookie", []):
                    self.cookies.load(cookie)
                return Answer(answer.status, answer.headers, answer.read())


class Front:
    """Started when made."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.folder = folder
        self.place = place
        self.ports = {name: free_port(0) for name in ("443", "80", "8000")}

        self.environment = self.production()
        self.logs = folder / "access.log"
        manage = [sys.executable, "-W", "ignore", str(ROOT / "manage.py")]
        subprocess.run(
            [*manage, "collectstatic", "--noinput", "--verbosity=0", "--ignore=admin"],
            env=self.environment, check=True,
        )  # fmt: skip
        make_certificate(folder)
        self.write_site()
        self.web = self.start(
            "web", [argument.replace("8000", str(self.ports["8000"])) for argument in command_of("web")]
        )
        self.nginx = self.start("nginx", [nginx(), "-p", str(folder), "-c", str(folder / "nginx.conf")])

    def production(self) -> dict[str, str]:
        """What ``/etc/innovationsportalen/environment`` would say."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "SECRET_KEY", "REDIS_URL") if name in os.environ}
        return kept | {
            "ALLOWED_HOSTS": NAME,
            "RECEIPT_KEYS": "0123456789" * 5,
            "DATABASE_URL": at(os.environ["DATABASE_APPLICATION_URL"], self.place.database),
            "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
            "PORTAL_VAR": str(self.folder / "var"),
            "STORAGE_URL": f"file://{self.place.files}",
            "TRUSTED_PROXY_COUNT": "1",
        }

    def write_site(self) -> None:
        """The site file with this machine's ports, names and paths in the place of its own."""
        site = re.sub(r"^ *listen \[::\].*\n", "", (DEPLOY / "nginx.conf").read_text(), flags=re.MULTILINE)
        site = re.sub(r"listen (\d+)", lambda found: f"listen 127.0.0.1:{self.ports[found[1]]}", site)
        for before, after in {
            "127.0.0.1:8000": f"127.0.0.1:{self.ports['8000']}",
            "innovation.example": NAME,
            "/etc/ssl/innovationsportalen": str(self.folder),
            "/var/log/nginx/innovationsportalen.log": str(self.logs),
            "/var/log/nginx/innovationsportalen-error.log": str(self.folder / "site-error.log"),
        }.items():
            assert before in site
            site = site.replace(before, after)
        (self.folder / "site.conf").write_text(site)
        user = "user root root;\n" if os.geteuid() == 0 else ""  # the folder is closed to nginx's own
        (self.folder / "nginx.conf").write_text(WRAPPER.format(folder=self.folder, user=user))

    def start(self, name: str, command: list[str]) -> "subprocess.Popen[bytes]":
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def wait(self, seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while True:
            with suppress(OSError):
                if Visitor(self).get("/healthz").status == 200:
                    return
            logs = "".join((self.folder / f"{name}.log").read_text() for name in ("web", "nginx"))
            assert {self.web.poll(), self.nginx.poll()} == {None}, f"ended by itself:\n{logs}"
            assert time.monotonic() < deadline, f"no answer after {seconds} s:\n{logs}"
            time.sleep(0.2)

    def log_with(self, line: str, seconds: float = 10) -> str:
        """What nginx has logged, once the line is there: it writes when the answer has gone out."""
        deadline = time.monotonic() + seconds
        while line not in (log := self.logs.read_text()) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert line in log
        return log

    def stop(self) -> None:
        for process in (self.nginx, self.web):
            process.terminate()
        for process in (self.nginx, self.web):
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def make_certificate(folder: Path) -> None:
    """Self-signed, for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
