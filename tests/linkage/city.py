"""The platform as a program beside the test, systems with certificates, and what it recorded."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from kokunen.audit.domain import Occasion
from kokunen.linkage import agreements, certificates, settings
from kokunen.linkage.client import Platform
from kokunen.linkage.domain import BLOCK, MESSAGE, Residence
from kokunen.postgres import home
from kokunen.postgres.roles import Role
from tests import office

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOST: Final = "127.0.0.1"
AGREED: Final = """
systems:
  pension:
    title: 国民年金システム
    functions: {numbers: , provision: , inquiry: {by_staff: true}, files: }
  register:
    title: 住民記録システム
    functions: {numbers: , gateway: , files: }
  welfare:
    title: 生活保護システム
    functions: {files: }
  closed:
    title: 廃止されるシステム
    functions: {files: }
items:
  - {system: pension, function: inquiry, basis: "19-8-59", items: [tax.income, tax.none]}
  - {system: pension, function: provision, basis: "19-8-59", items: [pension.category, p.none]}
hand_overs:
  - {from: pension, to: welfare, layout: transfer_welfare}
  - {from: pension, to: register, layout: register_notice}
"""
RIGHTS: Final = """職員番号,機能,開始日,終了日
K00101,inquiry,2020-04-01,
K00102,inquiry,2020-04-01,2020-04-30
K00103,numbers,2020-04-01,
"""
CLERK: Final = "K00101"
LAYOUT: Final = "transfer_welfare"
SYSTEMS: Final = ("pension", "register", "welfare", "closed", "revoked", "stranger", "outdated")
NUMBERS: Final = ("123456789018", "222222222225", "111111111118")


def occasion() -> Occasion:
    return Occasion(
        at=datetime.now(UTC), staff=None, staff_number="test", department="", terminal=""
    )


def kokunen(*arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kokunen", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | more,
    )


@dataclass(kw_only=True)
class City:
    """A running platform with its systems."""

    database: office.Database
    folder: Path
    port: int = 0
    log: Path = Path()
    program: tuple[str, ...] = ("-m", "kokunen")
    set_up: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def start(self, **set_up: object) -> None:
        """Start the service and wait until it says where it listens."""
        self.set_up.update(set_up)
        (home.folder() / "linkage.json").write_text(json.dumps(self.set_up))
        with self.log.open("a") as errors:
            self.process = subprocess.Popen(
                [sys.executable, *self.program, "linkage", "serve", "--port", "0"],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=self.database.environment(),
            )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        if "https://" not in said:
            self.stop(signal.SIGKILL)
            raise AssertionError(said + self.log.read_text()[-3000:])
        self.port = int(said.rsplit(":", 1)[1])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(30)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def system(self, name: str, **more: object) -> Platform:
        """A system's client, with the certificate of its name."""
        folder = settings.certificates()
        given: dict[str, Any] = {
            "host": HOST,
            "port": self.port,
            "system": name,
            "authority": folder / "authority.crt",
            "certificate": folder / f"{name}.crt",
            "key": folder / f"{name}.key",
            "clock": lambda: datetime.now(UTC),
            "tries": 2,
        }
        return Platform(**given | more)

    def raw(
        self,
        address: str,
        message: Mapping[str, Any] | bytes,
        *,
        certificate: str = "pension",
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> tuple[int, bytes]:
        """Send anything at all, with a system's certificate or none, and return the answer."""
        text = message if isinstance(message, bytes) else json.dumps(message).encode()
        with self.connection(certificate) as connection:
            if body is None:
                connection.request(method, address, body=text, headers=dict(headers or {}))
            else:
                connection.request(
                    method, address, body=body, headers={MESSAGE: text.decode(), **(headers or {})}
                )
            answer = connection.getresponse()
            return answer.status, answer.read()

    @contextmanager
    def connection(self, certificate: str) -> Iterator[http.client.HTTPSConnection]:
        folder = settings.certificates()
        context = ssl.create_default_context(cafile=str(folder / "authority.crt"))
        if certificate:
            context.load_cert_chain(folder / f"{certificate}.crt", folder / f"{certificate}.key")
        connection = http.client.HTTPSConnection(HOST, self.port, timeout=20, context=context)
        try:
            yield connection
        finally:
            connection.close()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database as its owner."""
        with self.database.owner() as owner:
            return owner.execute(query, values).fetchall()

    def refusals(self, least: int) -> list[tuple[str, ...]]:
        """The refusals after the first ``least``: system, function, code; waits for one a while."""
        until = time.monotonic() + 10
        while True:
            found = self.rows(
                "SELECT system, function, code FROM linkage_refusal ORDER BY id OFFSET %s", least
            )
            if found or time.monotonic() > until:
                return found
            time.sleep(0.05)

    def count(self, table: str) -> int:
        ((counted,),) = self.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 - a literal of the tests
        return int(counted)


def message(body: Mapping[str, Any], *, system: str = "pension", **more: object) -> dict[str, Any]:
    """A message as it should be, with whatever is to be different."""
    return {
        "id": str(uuid4()),
        "made_at": datetime.now(UTC).isoformat(),
        "system": system,
        "body": dict(body),
    } | more


def certify(folder: Path) -> None:
    """Make the authority, the server's certificate and those of the systems, good and bad."""
    now = datetime.now(UTC)
    shutil.rmtree(folder, ignore_errors=True)
    certificates.make_authority(folder, at=now)
    certificates.make_server(folder, names=["localhost", HOST], at=now)
    for name in SYSTEMS:
        certificates.make_system(folder, system=name, at=now)
    certificates.make_system(
        folder, system="pension", at=now - timedelta(days=30), days=1, file="expired"
    )
    certificates.make_system(
        folder, system="pension", at=now + timedelta(days=30), days=1, file="not_yet"
    )
    certificates.make_system(folder, system="pension", at=now, file="unregistered")
    foreign = folder / "foreign"
    certificates.make_authority(foreign, at=now)
    certificates.make_system(foreign, system="pension", at=now)
    for suffix in (".crt", ".key"):
        shutil.copy(foreign / f"pension{suffix}", folder / f"foreign{suffix}")


def agree(folder: Path, database: office.Database) -> None:
    """Load the agreements and rights and register the certificates, as the owner."""
    from cryptography import x509

    agreed, rights = folder / "agreed.yaml", folder / "rights.csv"
    agreed.write_text(AGREED)
    rights.write_text(RIGHTS)
    with database.django_as(Role.OWNER):
        agreements.load(agreed, occasion=occasion())
        agreements.load_rights(rights, occasion=occasion())
        for name, system in {
            **{one: one for one in ("pension", "register", "welfare", "closed")},
            "revoked": "pension",
            "expired": "pension",
            "not_yet": "pension",
        }.items():
            held = settings.certificates() / f"{name}.crt"
            made = x509.load_pem_x509_certificate(held.read_bytes())
            print_ = agreements.register(made, system=system, occasion=occasion())
            if name == "revoked":
                agreements.revoke(print_, occasion=occasion())
        agreed.write_text(AGREED.split("  closed:")[0] + "items:" + AGREED.split("items:", 1)[1])
        agreements.load(agreed, occasion=occasion())


@contextmanager
def running(folder: Path, **set_up: object) -> Iterator[City]:
    """A city with a database of its own and its platform running."""
    with office.fresh() as database:
        certify(settings.certificates())
        agree(folder, database)
        city = City(database=database, folder=folder, log=folder / "platform.log")
        city.start(threads=4, timeout_seconds=3, retry_seconds=1, lease_seconds=3, **set_up)
        try:
            yield city
        finally:
            city.stop()
            (home.folder() / "linkage.json").unlink()
            shutil.rmtree(home.folder() / "linkage", ignore_errors=True)


def linked(city: City, *, local: str = "1001", number: str = NUMBERS[0]) -> str:
    """A person of the pension system with an integrated number."""
    found = city.system("pension").integrate(
        local_number=local, residence=Residence.RESIDENT, my_number=number
    )
    assert found is not None
    return found


def kept() -> list[str]:
    """The names of the contents that the platform holds, whole or coming in."""
    return sorted(path.name for path in settings.kept().iterdir())


def announce(size: int, digest: str = "0" * 64) -> dict[str, object]:
    return message(
        {"file": str(uuid4()), "to": "welfare", "layout": LAYOUT, "name": "x", "size": size,
         "digest": digest},
    )  # fmt: skip


@contextmanager
def coming_in(city: City, *, said: bytes = b"x") -> Iterator[http.client.HTTPSConnection]:
    """Announce a file and send its beginning; the line breaks when the block ends."""
    held = kept()
    with city.connection("pension") as connection:
        connection.putrequest("POST", "/v1/files")
        connection.putheader("Content-Length", str(10 * BLOCK))
        connection.putheader(MESSAGE, json.dumps(announce(10 * BLOCK)))
        connection.endheaders()
        connection.send((said * (2 * BLOCK // len(said) + 1))[: 2 * BLOCK])
        until = time.monotonic() + 10
        while kept() == held and time.monotonic() < until:
            time.sleep(0.01)
        yield connection
