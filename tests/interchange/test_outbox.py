"""What goes to the pension service: from a forwarded case to a container and its receipt."""

from __future__ import annotations

import hashlib
import io
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pypdfium2
import pytest
import pyzipper
from django.test import override_settings

from kokunen.access.domain import SEES, Role, UnableToCheckOwnWork
from kokunen.cases.domain import StepKind
from kokunen.interchange import folders, models
from kokunen.interchange.codec import reading
from kokunen.interchange.domain import EventKind, FileState, Partner, UnableToHandleFile
from kokunen.interchange.layout import layout
from kokunen.interchange.outbox import forwarding, laying, operations, queries
from kokunen.interchange.outbox.operations import UnableToReleaseYet, Way
from kokunen.interchange.outbox.transfers import UnableToTransfer
from kokunen.people import operations as people
from kokunen.people.codes import Source
from kokunen.people.domain import NameValue
from kokunen.postgres.roles import Role as DatabaseRole
from tests.enrolment.desk import Desk
from tests.interchange.outgoing import (
    CHECKER,
    RELEASER,
    TODAY,
    city,
    collected,
    files,
    forwarded,
    keys,
    kinds,
    program,
    released,
    staff,
    state,
)
from tests.people.protected import protect
from tests.people.register import ALL, since

if TYPE_CHECKING:
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from tests.office import Database

PERSON, OTHER, SHELTERED = 30001, 30002, 30003
AGENCY = "agency_forwarding"


pytestmark = pytest.mark.usefixtures("outbox")


@pytest.fixture
def outbox(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    del database
    city(monkeypatch, tmp_path)
    return tmp_path


def opened(folder: Path, name: str, password: str) -> dict[str, bytes]:
    with pyzipper.AESZipFile(folder / "out" / "agency" / name) as container:
        container.setpassword(password.encode())
        return {entry: container.read(entry) for entry in container.namelist()}


def details(data: bytes) -> list[reading.Good]:
    found = list(reading.read(io.BytesIO(data), layout=layout(AGENCY, TODAY), city=folders.city()))
    assert all(isinstance(each, reading.Good) for each in found)
    return [each for each in found if isinstance(each, reading.Good)]


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in document)


def in_the_night(database: Database) -> tuple[int, ...]:
    """Let the night make what is due; return what is for the pension service."""
    with database.django_as(DatabaseRole.BATCH):
        made = collected()
    return tuple(file for file in made if file in files(AGENCY))


def test_a_forwarded_case_is_collected_once(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    taken = forwarded(occasion, PERSON)
    (file,) = in_the_night(database)
    assert keys(file) == [f"case {taken.case} step {taken.number}"]
    assert kinds(file) == [EventKind.MADE]
    assert state(file) is FileState.TO_CHECK
    assert in_the_night(database) == ()
    assert files(AGENCY) == [file]
    assert queries.unsent() == 0
    assert not list((outbox / "out").rglob("*.zip"))


def test_it_is_checked_by_one_and_released_by_another_after_the_interval(
    database: Database, occasion: Occasion
) -> None:
    forwarded(occasion, PERSON)
    (file,) = in_the_night(database)
    with pytest.raises(UnableToHandleFile):
        operations.release(file=file, occasion=staff(RELEASER), request_id=uuid4())
    operations.check(file=file, occasion=staff(CHECKER, hours=0.1), request_id=uuid4())
    with pytest.raises(UnableToCheckOwnWork):
        operations.release(file=file, occasion=staff(CHECKER), request_id=uuid4())
    with pytest.raises(UnableToReleaseYet):
        operations.release(file=file, occasion=staff(RELEASER, hours=0.9), request_id=uuid4())
    with (
        override_settings(KOKUNEN_OFFICE={"exchange_check_hours": 24}),
        pytest.raises(UnableToReleaseYet),
    ):
        operations.release(file=file, occasion=staff(RELEASER, hours=12), request_id=uuid4())
    assert kinds(file) == [EventKind.MADE, EventKind.CHECKED]
    operations.release(file=file, occasion=staff(RELEASER, hours=1), request_id=uuid4())
    assert kinds(file)[2:] == [EventKind.RELEASED, EventKind.SENT]
    made, _, _, sent = queries.file(file=file).events
    assert (sent.at - made.at).total_seconds() == 3600


def test_a_program_neither_checks_nor_releases(database: Database, occasion: Occasion) -> None:
    forwarded(occasion, PERSON)
    (file,) = in_the_night(database)
    with pytest.raises(UnableToHandleFile):
        operations.check(file=file, occasion=program(), request_id=uuid4())
    operations.check(file=file, occasion=staff(CHECKER), request_id=uuid4())
    with pytest.raises(UnableToHandleFile):
        operations.release(file=file, occasion=program(), request_id=uuid4())


def test_the_container_holds_the_data_and_the_papers(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    taken = forwarded(occasion, PERSON)
    (file,) = in_the_night(database)
    given = released(file)
    held = opened(outbox, given.name, given.password)
    row = queries.file(file=file)
    assert list(held) == [f"{row.name}.dat", "01-list.pdf", "02-forms.pdf"]
    data = held[f"{row.name}.dat"]
    assert hashlib.sha256(data).hexdigest() == row.digest
    assert len(data) == row.size == 3 * 7502
    (detail,) = details(data)
    assert detail.values["case"] == taken.case
    assert detail.values["name"] == "架空　花子".replace("　", " ")
    assert detail.values["basic_number"] == f"{PERSON:010d}"
    assert detail.values["sex"] == "female"
    assert detail.values["received_on"] == TODAY
    assert detail.values["address"] == "架空県想定市見本町1番1号"
    assert detail.values["protected"] is False
    assert "架空" in text_of(held["01-list.pdf"])
    assert "見本町" in text_of(held["02-forms.pdf"])


def test_no_name_of_a_file_tells_of_anybody(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    forwarded(occasion, PERSON)
    (file,) = in_the_night(database)
    given = released(file)
    names = [given.name, *opened(outbox, given.name, given.password)]
    assert not [name for name in names if str(PERSON) in name or not name.isascii()]
    assert given.name == "agency_forwarding-20261124-000001-01.zip"


def test_a_protected_person_goes_out_masked_in_data_and_on_paper(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    forwarded(occasion, PERSON)
    forwarded(occasion, SHELTERED, "loss", event="2026-11-10", cause="death", relationship="長女")
    protect(SHELTERED, occasion)
    (file,) = in_the_night(database)
    assert queries.file(file=file).protected == 1
    given = released(file)
    held = opened(outbox, given.name, given.password)
    open_, sealed = details(held[f"{queries.file(file=file).name}.dat"])
    assert open_.values["address"] is not None
    assert sealed.values["protected"] is True
    assert [sealed.values[name] for name in ("postal_code", "address", "phone")] == [None] * 3
    assert sealed.values["basic_number"] == f"{SHELTERED:010d}"
    assert "死亡" in str(sealed.values["particulars"])
    assert "長女" not in str(sealed.values["particulars"])
    paper = text_of(held["03-forms-protected.pdf"])
    assert "長女" not in paper
    assert "架空" in paper
    assert "見本町" not in paper
    assert "090-0000-1234" not in paper


def test_the_password_is_shown_once_and_kept_nowhere(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    forwarded(occasion, PERSON)
    (file,) = in_the_night(database)
    request = uuid4()
    operations.check(file=file, occasion=staff(CHECKER), request_id=uuid4())
    given = operations.release(file=file, occasion=staff(RELEASER), request_id=request)
    assert given.password not in repr(given)
    with pytest.raises(UnableToHandleFile):
        operations.release(file=file, occasion=staff(RELEASER), request_id=request)
    operations.password_told(
        file=file, how=Way.TELEPHONE, occasion=staff(RELEASER, hours=13), request_id=uuid4()
    )
    assert queries.file(file=file).password_told
    assert state(file) is FileState.AWAITING_RECEIPT
    with database.owner() as owner:
        tables = owner.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_type = 'BASE TABLE'"
        ).fetchall()
        for (table,) in tables:
            found = owner.execute(
                f"SELECT count(*) FROM {table} AS t WHERE strpos(t::text, %s) > 0",  # noqa: S608 - names from the catalogue
                [given.password],
            ).fetchone()
            assert found == (0,), table
    for path in outbox.rglob("*"):
        if path.is_file():
            assert given.password.encode() not in path.read_bytes()


def test_a_password_that_was_used_is_never_drawn_again(
    database: Database, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarded(occasion, PERSON)
    (file,) = in_the_night(database)
    drawn = iter(["vQ7#mKx4&TpWe9!c", "vQ7#mKx4&TpWe9!c", "hR4%nJy7*UqXf3?d"])
    monkeypatch.setattr("kokunen.interchange.outbox.passwords.draw", lambda: next(drawn))
    first = released(file)
    again = operations.resend(
        file=file, reason="媒体の破損", occasion=staff(RELEASER), request_id=uuid4()
    )
    assert (first.password, again.password) == ("vQ7#mKx4&TpWe9!c", "hR4%nJy7*UqXf3?d")
    assert models.Password.objects.count() == 2


def test_a_password_with_a_word_of_the_office_is_not_used(
    database: Database, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarded(occasion, PERSON)
    (file,) = in_the_night(database)
    drawn = iter(["vQ7#Sumino4&We9!c", f"vQ7#k{RELEASER:05}&TpW!", "hR4%nJy7*UqXf3?d"])
    monkeypatch.setattr("kokunen.interchange.outbox.passwords.draw", lambda: next(drawn))
    with override_settings(KOKUNEN_OFFICE={"name": "スミノ市役所 すみの"}):
        assert released(file).password == "hR4%nJy7*UqXf3?d"  # noqa: S105 - of this test alone


def test_resending_takes_the_old_container_away(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    forwarded(occasion, PERSON)
    (file,) = in_the_night(database)
    first = released(file)
    request = uuid4()
    again = operations.resend(
        file=file, reason="パスワードの漏えい", occasion=staff(RELEASER), request_id=request
    )
    assert again.name == "agency_forwarding-20261124-000001-02.zip"
    assert [path.name for path in (outbox / "out" / "agency").iterdir()] == [again.name]
    assert opened(outbox, again.name, again.password)
    with pytest.raises(RuntimeError):
        opened(outbox, again.name, first.password)
    with pytest.raises(UnableToHandleFile):
        operations.resend(file=file, reason="再び", occasion=staff(RELEASER), request_id=request)
    operations.password_told(file=file, how=Way.POST, occasion=staff(RELEASER), request_id=uuid4())
    operations.acknowledge(
        file=file, on=TODAY, reference="受領-7", occasion=staff(CHECKER), request_id=uuid4()
    )
    assert state(file) is FileState.RECEIVED


def test_what_is_acknowledged_is_no_longer_kept(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    forwarded(occasion, PERSON)
    (file,) = in_the_night(database)
    released(file)
    with pytest.raises(UnableToHandleFile):
        operations.acknowledge(
            file=file, on=TODAY, reference=" ", occasion=staff(CHECKER), request_id=uuid4()
        )
    for on in (TODAY - timedelta(days=2), TODAY + timedelta(days=2)):
        with pytest.raises(UnableToHandleFile, match="受領の日"):
            operations.acknowledge(
                file=file, on=on, reference="受領-7", occasion=staff(CHECKER), request_id=uuid4()
            )
    assert queries.file(file=file).follows == "acknowledge"
    operations.acknowledge(
        file=file, on=TODAY, reference="受領-7", occasion=staff(CHECKER), request_id=uuid4()
    )
    last = queries.file(file=file).events[-1]
    assert (last.detail["on"], last.detail["reference"]) == ("2026-11-24", "受領-7")
    row = queries.file(file=file)
    assert not row.kept
    digests = {row.digest, *(each["digest"] for each in row.events[0].detail["papers"])}
    assert len(digests) == 3
    assert not digests & {path.name for path in (outbox / "made").iterdir()}
    with pytest.raises(UnableToHandleFile):
        queries.content(file=file, occasion=staff(CHECKER), sees=ALL)


def test_a_withdrawn_file_gives_its_cases_back(database: Database, occasion: Occasion) -> None:
    taken = forwarded(occasion, PERSON)
    (file,) = in_the_night(database)
    request = uuid4()
    for _ in range(2):
        operations.withdraw(
            file=file, reason="氏名の訂正", occasion=staff(CHECKER), request_id=request
        )
    assert kinds(file) == [EventKind.MADE, EventKind.WITHDRAWN]
    assert queries.unsent() == 1
    (again,) = in_the_night(database)
    assert again != file
    assert keys(again) == keys(file) == [f"case {taken.case} step {taken.number}"]
    with pytest.raises(UnableToHandleFile):
        operations.check(file=file, occasion=staff(CHECKER), request_id=uuid4())
    released(again)
    with pytest.raises(UnableToHandleFile):
        operations.withdraw(file=again, reason="遅い", occasion=staff(CHECKER), request_id=uuid4())


def test_a_case_that_was_taken_back_or_corrected_is_not_sent(
    database: Database, occasion: Occasion
) -> None:
    Desk(occasion).withdraw(forwarded(occasion, PERSON))
    corrected = forwarded(occasion, OTHER)
    Desk(occasion).correct(corrected, fund=False)
    assert in_the_night(database) == ()


def test_a_case_forwarded_again_is_sent_again(database: Database, occasion: Occasion) -> None:
    taken = forwarded(occasion, PERSON)
    in_the_night(database)
    desk = Desk(occasion)
    taken = desk.correct(taken, fund=False)
    taken = desk.take(desk.examine(taken), StepKind.FORWARDED)
    (again,) = in_the_night(database)
    assert keys(again) == [f"case {taken.case} step {taken.number}"]
    assert queries.file(file=again).sequence == 2


def test_whoever_checks_sees_the_content_and_leaves_a_line(
    database: Database, occasion: Occasion
) -> None:
    first, second = forwarded(occasion, PERSON), forwarded(occasion, OTHER)
    (file,) = in_the_night(database)
    page = queries.content(file=file, occasion=staff(CHECKER), sees=ALL, limit=1)
    assert page.more
    rest = queries.content(
        file=file, occasion=staff(CHECKER), sees=ALL, after=page.records[-1].number
    )
    assert [each.case for each in (*page.records, *rest.records)] == [first.case, second.case]
    shown = dict(page.records[0].fields)
    assert shown["氏名"] == "架空 花子"
    counter = queries.content(file=file, occasion=staff(CHECKER), sees=SEES[Role.COUNTER], limit=1)
    assert "Hidden" in repr(dict(counter.records[0].fields)["届書等の内容"])
    with database.owner() as owner:
        found = owner.execute(
            "SELECT count(*) FROM audit_entry WHERE operation = 'outbox.content' AND person = %s"
            " AND shown_address AND act = 'read'",
            [PERSON],
        ).fetchone()
    assert found == (2,)
    assert queries.paper(
        file=file, name="02-forms.pdf", occasion=staff(CHECKER), sees=ALL
    ).startswith(b"%PDF")
    with pytest.raises(UnableToHandleFile):
        queries.paper(
            file=file, name="02-forms.pdf", occasion=staff(CHECKER), sees=SEES[Role.COUNTER]
        )
    with pytest.raises(UnableToHandleFile):
        queries.paper(file=file, name="../x", occasion=staff(CHECKER), sees=ALL)


def test_a_case_that_cannot_be_written_is_left_out_and_comes_again(
    outbox: Path, database: Database, occasion: Occasion, monkeypatch: pytest.MonkeyPatch
) -> None:
    forwarded(occasion, PERSON)
    bad = forwarded(occasion, OTHER)
    real = forwarding._line
    lines = iter(range(100))
    monkeypatch.setattr(
        forwarding,
        "_line",
        lambda text: "長" * 5000 if text.startswith("090") and next(lines) == 1 else real(text),
    )
    (file,) = in_the_night(database)
    assert queries.file(file=file).left_out == ((bad.case, "unwritable_record", "phone"),)
    assert queries.file(file=file).records == 1
    monkeypatch.undo()
    city(monkeypatch, outbox)
    (again,) = in_the_night(database)
    assert keys(again) == [f"case {bad.case} step {bad.number}"]


def test_nothing_is_said_of_a_file_that_is_not_there() -> None:
    with pytest.raises(UnableToHandleFile):
        queries.file(file=1)
    with pytest.raises(UnableToHandleFile):
        operations.check(file=1, occasion=staff(CHECKER), request_id=uuid4())


def test_due_tells_what_left_late_and_what_did_not_leave(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    forwarded(occasion, PERSON)

    def due(hours: float) -> tuple[int | None, bool]:
        (found,) = [
            each
            for each in queries.due(
                since=date(2026, 11, 24), until=date(2026, 11, 27), occasion=staff(1, hours=hours)
            )
            if each.layout == AGENCY
        ]
        assert found.on == date(2026, 11, 25)
        return found.file, found.late

    assert due(12) == (None, False)
    assert due(60) == (None, True)
    (file,) = in_the_night(database)
    assert due(12) == (file, False)
    released(file)
    assert due(60) == (file, False)
    assert Partner.AGENCY.value in {path.name for path in (outbox / "out").iterdir()}
    assert laying.made(queries.file(file=file).digest).is_file()


def test_a_layout_that_no_document_names_cannot_be_made(outbox: Path) -> None:
    from kokunen.interchange.domain import Draft, Sent
    from kokunen.interchange.outbox.drafting import make_draft

    draft = Draft(
        layout="resident_changes",
        records=(Sent(key="x", person=1, values={}),),
        made_on=TODAY,
    )
    with pytest.raises(UnableToTransfer):
        make_draft(draft, occasion=program())
    assert models.File.objects.count() == 0
    assert list(outbox.rglob("*.part")) == []


def test_a_character_that_the_agency_cannot_read_is_replaced_and_reported(
    outbox: Path, database: Database, occasion: Occasion
) -> None:
    forwarded(occasion, PERSON)
    people.record_fact(
        person=PERSON,
        fact=NameValue(name="𠮷岡　花子", kana="ヨシオカ　ハナコ"),
        valid=since(2026, 11, 1),
        source=Source.RESIDENT_REGISTER,
        occasion=occasion,
        request_id=uuid4(),
    )
    (file,) = in_the_night(database)
    row = queries.file(file=file)
    assert (row.replaced, row.replacements) == (1, ((2, "name"),))
    given = released(file)
    (detail,) = details(opened(outbox, given.name, given.password)[f"{row.name}.dat"])
    assert detail.values["name"] == "吉岡 花子"
    # On paper the name stands as the register has it.
    assert "𠮷" in text_of(opened(outbox, given.name, given.password)["02-forms.pdf"])
