"""A private PostgreSQL server with a clinic in it, for the scenarios that store messages: the tables as the web
application's ORM makes them, pairs of people, and a token for each of them."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from peer import START_SECONDS_MAX, Failure, end, end_with_parent

PAIRS = 100
MESSAGES_EACH = 200  # in every relation before a run
SECRET = "a secret of the benchmark, of thirty-two bytes and more"
ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "tests" / "e2e" / "support" / "clinic_schema.sql"

PEOPLE = f"""
INSERT INTO "User" (id, email, "phoneNo", name, age, password, address, "pinCode", role, "updatedAt")
  SELECT side || n, side || n || '@clinic.example', side || n, 'Somebody ' || n, 42, '!', '7 Lake Road', 560001,
    CASE side WHEN 'd' THEN 'DOCTOR' ELSE 'PATIENT' END::"Role", now()
  FROM generate_series(1, {PAIRS}) n, unnest(ARRAY['d', 'p']) side;
INSERT INTO "Doctor" (id, "userId") SELECT 'doctor' || n, 'd' || n FROM generate_series(1, {PAIRS}) n;
INSERT INTO "Patient" (id, "userId") SELECT 'patient' || n, 'p' || n FROM generate_series(1, {PAIRS}) n;
INSERT INTO "DoctorPatientRelation" (id, "doctorsUserId", "patientsUserId", "updatedAt")
  SELECT 'r' || n, 'd' || n, 'p' || n, now() FROM generate_series(1, {PAIRS}) n;
INSERT INTO "ChatMessages" (id, "doctorPatientRelationId", text, "senderId", "createdAt", "updatedAt")
  SELECT 'm' || n || '_' || i, 'r' || n, 'hello', CASE i % 2 WHEN 0 THEN 'd' ELSE 'p' END || n, at, at
  FROM generate_series(1, {PAIRS}) n, generate_series(1, {MESSAGES_EACH}) i,
    LATERAL (SELECT timestamp '2026-01-01' + i * interval '1 minute' AS at) times;
"""


def programs():
    """Where the newest PostgreSQL of Debian's packages is; nothing when there is none."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name)) if found else None


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def token(user):
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    now = int(time.time())
    claims = {"id": user, "iat": now, "exp": now + 24 * 3600}
    signed = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(json.dumps(claims).encode())
    return (signed + b"." + part(hmac.digest(SECRET.encode(), signed, hashlib.sha256))).decode()


class Clinic:
    """Durable: every commit is synced. Its folder lies on a disk, not in memory, and goes away with the block."""

    def __enter__(self):
        self.programs = programs()
        if not self.programs:
            raise Failure("PostgreSQL is not installed")
        self.owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="quickclinic-bench-", dir="/var/tmp"))
        self.process = None
        self.databases = 0
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def begin(self):
        if self.owner:
            os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        data = self.folder / "data"
        self.call(self.programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.port = free_port()
        with (data / "postgresql.conf").open("a") as file:
            file.write(f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = '{self.folder}'\n")
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen([self.programs / "postgres", "-D", data], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, preexec_fn=end_with_parent, **self.identity())
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self.ready(data / "postmaster.pid"):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-500:]}")
            time.sleep(0.02)
        self.psql("postgres", "CREATE DATABASE pattern")
        self.psql("pattern", SCHEMA.read_text() + PEOPLE + "ANALYZE;")
        self.identities = self.folder / "people"
        self.identities.write_text("".join(f"{token(side + str(n))} r{n}\n" for n in range(1, PAIRS + 1) for side in "dp"))

    def identity(self):
        if not self.owner:
            return {}
        return {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}

    @staticmethod
    def ready(file):
        try:
            return file.read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def call(self, *command, text=None):
        done = subprocess.run(list(map(str, command)), input=text, capture_output=True, text=True, **self.identity())
        if done.returncode != 0:
            raise Failure(f"{command[0]}: {done.stderr.strip()}")
        return done.stdout

    def psql(self, database, text):
        return self.call(self.programs / "psql", "-XqtA", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p", self.port,
                         "-U", "postgres", "-d", database, text=text)

    @contextlib.contextmanager
    def database(self):
        """A new database with the people; its URL."""
        self.databases += 1
        name = f"clinic_{self.databases}"
        self.psql("postgres", f"CREATE DATABASE {name} TEMPLATE pattern")
        self.psql("postgres", "CHECKPOINT")
        try:
            yield f"postgresql://postgres@127.0.0.1:{self.port}/{name}"
        finally:
            self.psql("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def __exit__(self, *_):
        if self.process:
            end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)
