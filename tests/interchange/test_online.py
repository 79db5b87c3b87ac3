"""Online applications: received as cases with checked attachments, or left to a clerk."""

from __future__ import annotations

import hashlib
import io
import stat
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.actions import JavaScript
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from kokunen.cases.catalogue import FILINGS
from kokunen.cases.domain import Channel
from kokunen.cases.values import UnableToReadFiling
from kokunen.interchange import folders
from kokunen.interchange.domain import UnableToHandleFile, UnableToReceiveFile
from kokunen.interchange.inbox import operations as inbox
from kokunen.interchange.inbox import queries
from kokunen.interchange.receivers import online_attachments, online_content
from kokunen.interchange.receivers.online_fields import ITEMS, UnableToReadItem, particulars
from kokunen.people.value import Masked
from kokunen.postgres.roles import Role
from tests.exemption import desk
from tests.exemption.desk import HUSBAND, WIFE
from tests.interchange import rooms
from tests.interchange.rooms import TODAY, said
from tests.people.protected import protect
from tests.people.register import ALL, register

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kokunen.audit.domain import Occasion
    from tests.office import Database

LAYOUT = "online_applications"
EXEMPTION = {"cycles": "2026", "student": "0", "continuation": "1"}


pytestmark = pytest.mark.usefixtures("city")


def application(
    number: str = "R-1",
    /,
    *,
    procedure: str = "exemption",
    items: Mapping[str, str] = EXEMPTION,
    **more: object,
) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for place, (name, value) in enumerate(items.items(), start=1):
        pairs |= {f"item_{place}": name, f"value_{place}": value}
    return {
        "notice": number,
        "procedure": procedure,
        "person": WIFE,
        "applied_on": date(2026, 11, 22),
        "received_on": TODAY,
        "filer": "self",
        **pairs,
    } | more


def picture(size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "JPEG")
    return out.getvalue()


def document(**more: Any) -> bytes:  # noqa: ANN401 - what to put into it
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if "script" in more:
        writer.add_open_action(JavaScript(more["script"]))
    if "inside" in more:
        writer.add_attachment("x.txt", more["inside"])
    if "opens" in more:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject(more["opens"])}
        )
    if "holds" in more:
        # A file within the file, whose stream does not say that it is one.
        within = writer._add_object(StreamObject())
        held = DictionaryObject({NameObject("/EF"): DictionaryObject({NameObject("/F"): within})})
        writer.root_object[NameObject("/AF")] = ArrayObject([held])
    if "locked_with" in more:
        writer.encrypt(more["locked_with"], algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def arrived(
    occasion: Occasion,
    *details: dict[str, Any],
    attached: Mapping[str, bytes] | None = None,
    sequence: int = 1,
) -> int:
    path = rooms.file(LAYOUT, details, sequence=sequence)
    folder = path.parent / f"{path.name}.attachments"
    folder.mkdir(exist_ok=True)
    for name, content in (attached or {}).items():
        (folder / name).write_bytes(content)
    night_ = rooms.program(occasion, "reception")
    number = inbox.receive(layout=LAYOUT, path=path, occasion=night_)
    path.unlink()
    inbox.apply(file=number, occasion=night_)
    return number


def listing(*files: tuple[str, bytes]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for place, (name, content) in enumerate(files, start=1):
        digest = hashlib.sha256(content).hexdigest()
        found |= {f"file_{place}": name, f"sha256_{place}": digest}
    return found


def test_an_application_becomes_a_case_with_its_attachments(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    card, proof = picture(), document()
    files = listing(("架空_学生証.jpg", card), ("証明.pdf", proof))
    with database.django_as(Role.BATCH):
        file = arrived(
            occasion,
            application(**files),
            attached={"架空_学生証.jpg": card, "証明.pdf": proof},
        )
        assert said(file) == [("applied", "")]
        (line,) = rooms.lines(file)
    assert line.case_id is not None
    case = int(line.case_id)
    of = desk.shown(case, occasion)
    assert (of.channel, of.received_on, of.recorded_by) == (Channel.ONLINE, TODAY, 0)
    assert of.particulars == {"cycles": ["2026"], "student": False, "continuation": True}
    assert [role for *_, role in of.tested] == ["insured", "spouse"]
    attached = online_attachments.of_case(case=case, occasion=occasion, sees=ALL)
    assert [(each.name, each.kind.value, each.size) for each in attached] == [
        ("添付1.jpg", "jpg", len(card)),
        ("添付2.pdf", "pdf", len(proof)),
    ]
    _, shown = online_attachments.content(
        case=case, digest=attached[0].digest, occasion=occasion, sees=ALL
    )
    assert shown == card
    kept = folders.kept("attachments") / attached[0].digest
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with database.owner() as owner:
        row = owner.execute(
            "SELECT person FROM audit_entry WHERE operation = 'interchange.attachment'"
        ).fetchall()
    assert row == [(WIFE,)]
    kept.write_bytes(b"changed")
    with pytest.raises(UnableToHandleFile):
        online_attachments.content(
            case=case, digest=attached[0].digest, occasion=occasion, sees=ALL
        )
    with pytest.raises(UnableToHandleFile):
        online_attachments.content(case=case, digest="0" * 64, occasion=occasion, sees=ALL)
    with pytest.raises(UnableToReadFiling):
        online_attachments.of_case(case=case, occasion=occasion, sees=frozenset())


def test_a_missing_attachment_is_waited_for(database: Database, occasion: Occasion) -> None:
    desk.couple(occasion)
    card = picture()
    with database.django_as(Role.BATCH):
        file = arrived(occasion, application(**listing(("card.jpg", card))))
        (line,) = rooms.lines(file)
        assert (line.outcome, line.code, line.case_id) == ("held", "attachment_missing", None)
        folder = folders.incoming(LAYOUT) / f"{LAYOUT}-1.csv.attachments"
        (folder / "card.jpg").write_bytes(card)
        inbox.retry(
            file=file,
            number=line.number,
            occasion=rooms.program(occasion, "reception"),
            request_id=uuid4(),
        )
        assert said(file) == [("applied", "")]


def test_what_was_delivered_goes_when_nothing_of_it_is_open(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    card = picture()
    late = application("R-2", person=HUSBAND, **listing(("late.jpg", card)))
    with database.django_as(Role.BATCH):
        file = arrived(
            occasion, application(**listing(("a.jpg", card))), late, attached={"a.jpg": card}
        )
        assert said(file) == [("applied", ""), ("held", "attachment_missing")]
        folder = folders.incoming(LAYOUT) / f"{LAYOUT}-1.csv.attachments"
        assert online_attachments.tidy() == 0
        inbox.set_aside(
            file=file,
            number=rooms.lines(file)[1].number,
            reason="申請者が窓口で申請",
            occasion=rooms.program(occasion, "reception"),
            request_id=uuid4(),
        )
        assert online_attachments.tidy() == 1
        assert not folder.exists()
    assert (folders.kept("attachments") / hashlib.sha256(card).hexdigest()).read_bytes() == card


def test_attachments_beside_the_same_file_under_another_name_are_found(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    card = picture()
    said_ = application(**listing(("card.jpg", card)))
    night_ = rooms.program(occasion, "reception")
    with database.django_as(Role.BATCH):
        # The same file again, and it comes first: the one with the attachments is a repetition.
        again = rooms.file(LAYOUT, [said_], name="again.csv")
        good = rooms.file(LAYOUT, [said_], name="good.csv")
        beside = good.parent / "good.csv.attachments"
        beside.mkdir()
        (beside / "card.jpg").write_bytes(card)
        number = inbox.receive(layout=LAYOUT, path=again, occasion=night_)
        inbox.apply(file=number, occasion=night_)
        assert said(number) == [("held", "attachment_missing")]
        with pytest.raises(UnableToReceiveFile):
            inbox.receive(layout=LAYOUT, path=good, occasion=night_)
        for each in (again, good):
            each.unlink()
        assert online_attachments.tidy() == 0
        inbox.retry_held(occasion=night_)
        assert said(number) == [("applied", "")]
        assert online_attachments.tidy() == 1
        assert not beside.exists()


def test_a_file_that_was_refused_before_does_not_keep_its_attachments_for_ever(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    card = picture()
    night_ = rooms.program(occasion, "reception")
    with database.django_as(Role.BATCH):
        path = rooms.file(LAYOUT, [application(**listing(("card.jpg", card)))], name="a.csv")
        whole = path.read_bytes()
        beside = path.parent / "a.csv.attachments"
        (beside / "deeper").mkdir(parents=True)
        (beside / "card.jpg").write_bytes(card)
        (beside / "deeper" / "not asked for.txt").write_bytes(b"-")
        path.write_bytes(whole[:-9])
        with pytest.raises(UnableToReceiveFile):
            inbox.receive(layout=LAYOUT, path=path, occasion=night_)
        # It may be sent again whole.
        assert online_attachments.tidy() == 0
        path.write_bytes(whole)
        number = inbox.receive(layout=LAYOUT, path=path, occasion=night_)
        inbox.apply(file=number, occasion=night_)
        assert said(number) == [("applied", "")]
        # What lies there under the name, if only in part, is another file to be taken in.
        path.rename(path.with_name("a.csv.part"))
        assert online_attachments.tidy() == 0
        path.with_name("a.csv.part").unlink()
        assert online_attachments.tidy() == 2
        assert not beside.exists()


def test_of_an_application_that_is_not_received_no_file_is_kept(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    desk.received(occasion)
    good, bad = picture(), b"GIF89a" + bytes(50)
    both = {"a.jpg": good, "b.jpg": bad}
    with database.django_as(Role.BATCH):
        file = arrived(
            occasion,
            application("R-1", person=HUSBAND, **listing(*both.items())),
            application("R-2", **listing(("a.jpg", good))),
            attached=both,
        )
    assert said(file) == [("refused", "attachment_bad"), ("held", "duplicate")]
    assert list(folders.kept("").glob("attachments/*")) == []


def test_what_somebody_says_who_is_protected_is_sealed_though_it_does_not_fit(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    protect(WIFE, occasion)
    with database.django_as(Role.BATCH):
        file = arrived(occasion, application(kana="ミホン　チガウ"))
        (line,) = rooms.lines(file)
    assert (line.outcome, line.code) == ("held", "person_unclear")
    raw = queries.raw(file=file, number=line.number, occasion=occasion, sees=ALL)
    assert isinstance(raw, Masked)


@pytest.mark.parametrize("side", [10_000, 14_000])
def test_a_picture_of_too_many_pixels_is_said_to_be_too_large(side: int) -> None:
    out = io.BytesIO()
    Image.new("L", (8, 8)).save(out, "JPEG")
    small = out.getvalue()
    place = small.index(b"\xff\xc0") + 5
    large = small[:place] + side.to_bytes(2) * 2 + small[place + 4 :]
    looked = online_content.kind_of(large)
    assert looked.kind is None
    assert "大きすぎ" in looked.why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (picture()[:200], "切れて"),
        (b"GIF89a" + bytes(50), "JPEGでもPDFでも"),
        (document()[:100], "PDFとして開け"),
        (document(script="app.alert(1)"), "動作する"),
        (document(inside=b"x"), "動作する"),
        (document(opens="/GoToR"), "動作する"),
        (document(holds=True), "動作する"),
        (document(locked_with="secret"), "暗号化"),
    ],
    ids=range(8),
)
def test_a_bad_attachment_refuses_the_application(
    database: Database, occasion: Occasion, content: bytes, why: str
) -> None:
    desk.couple(occasion)
    with database.django_as(Role.BATCH):
        file = arrived(
            occasion, application(**listing(("a.pdf", content))), attached={"a.pdf": content}
        )
        (line,) = rooms.lines(file)
    assert (line.outcome, line.code, line.fields) == ("refused", "attachment_bad", ["file_1"])
    assert why in line.says
    assert "申請者に" in line.fix
    assert line.case_id is None
    assert not (folders.kept("attachments") / hashlib.sha256(content).hexdigest()).exists()


def test_what_is_attached_is_what_was_announced_and_lies_beside(
    database: Database, occasion: Occasion, tmp_path: Path
) -> None:
    desk.couple(occasion)
    (tmp_path / "elsewhere.jpg").write_bytes(picture())
    with database.django_as(Role.BATCH):
        file = arrived(
            occasion,
            application("R-1", **listing(("a.jpg", picture((9, 9))))),
            application("R-2", **listing(("../../../../elsewhere.jpg", picture()))),
            attached={"a.jpg": picture()},
        )
    assert said(file) == [("refused", "attachment_bad"), ("refused", "attachment_bad")]


def test_large_files_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online_content, "MOST_PIXELS", 100)
    assert online_content.kind_of(picture((8, 8))).kind is online_content.Kind.JPEG
    assert online_content.kind_of(picture((11, 11))).kind is None
    monkeypatch.setattr(online_content, "MOST_PAGES", 0)
    assert online_content.kind_of(document()).kind is None


def test_the_same_filing_by_another_way_is_for_a_clerk(
    database: Database, occasion: Occasion
) -> None:
    desk.couple(occasion)
    earlier = desk.received(occasion).case
    with database.django_as(Role.BATCH):
        file = arrived(occasion, application())
        (line,) = rooms.lines(file)
        assert (line.outcome, line.code, line.case_id) == ("held", "duplicate", earlier)
        # The same reception number again, in another file, has its own outcome once it had one.
        other = arrived(occasion, application("R-9", person=HUSBAND), sequence=2)
        again = arrived(occasion, application("R-9", person=HUSBAND, applied_on=TODAY), sequence=3)
    assert said(other) == [("applied", "")]
    assert said(again) == [("repeated", "repeated")]


@pytest.mark.parametrize("procedure", ["additional_status", "account_transfer"])
def test_what_the_city_does_not_take_says_who_does(
    database: Database, occasion: Occasion, procedure: str
) -> None:
    desk.couple(occasion)
    with database.django_as(Role.BATCH):
        file = arrived(occasion, application(procedure=procedure, items={}))
        (line,) = rooms.lines(file)
    assert (line.outcome, line.code) == ("refused", "not_ours")
    assert "年金事務所" in line.says


@pytest.mark.parametrize(
    ("procedure", "items", "event_on"),
    [
        ("acquisition", {"cause": "left_category_2"}, date(2026, 11, 1)),
        ("category_change", {"cause": "left_category_2"}, date(2026, 11, 1)),
        ("additional_on", {"fund": "0"}, None),
        ("additional_off", {"cause": "wish"}, None),
        ("student", {"cycles": "2026", "school_name": "架空大学"}, None),
        ("childbirth", {"expected_on": "2027-01-10", "multiple": "0"}, None),
    ],
)
def test_every_procedure_leads_to_its_duty(
    database: Database,
    occasion: Occasion,
    procedure: str,
    items: dict[str, str],
    event_on: date | None,
) -> None:
    """It is received, or the duty itself says why not: nothing is lost on the way to it."""
    assert procedure in FILINGS
    desk.couple(occasion)
    with database.django_as(Role.BATCH):
        file = arrived(occasion, application(procedure=procedure, items=items, event_on=event_on))
        ((outcome, code),) = said(file)
    assert (outcome, code) == ("applied", "") or code in (
        "enrolment_not_receivable",
        "exemption_not_receivable",
    )


def test_the_person_is_found_by_number_birth_date_and_kana_together(
    database: Database, occasion: Occasion
) -> None:
    register(10001, occasion, household=10001)
    fits: dict[str, Any] = {
        "person": None,
        "basic_number": "0000010001",
        "birth_date": date(1990, 4, 1),
        "kana": "ｶｸｳ ﾊﾅｺ",
    }
    with database.django_as(Role.BATCH):
        file = arrived(
            occasion,
            application("R-1", **fits),
            application("R-2", **fits | {"kana": "ミホン　ハナコ"}),
            application("R-3", **fits | {"birth_date": date(1990, 4, 2)}),
            application("R-4", **fits | {"basic_number": None}),
            application("R-5", person=10001, birth_date=date(1991, 1, 1)),
            application("R-6", person=55555),
        )
        found = rooms.lines(file)
    assert (found[0].outcome, found[0].person_id) == ("applied", 10001)
    assert {(line.outcome, line.code) for line in found[1:]} == {("held", "person_unclear")}


def test_items_are_read_as_their_kind_says() -> None:
    filing = FILINGS["exemption"]
    blank = {f"{part}_{n}": None for n in range(1, ITEMS + 1) for part in ("item", "value")}
    read = particulars(
        filing,
        blank
        | {"item_1": "cycles", "value_1": "2025 2026"}
        | {"item_2": "left_job_on_insured", "value_2": "20260930"}
        | {"item_3": "spouse_apart", "value_3": "20002"}
        | {"item_4": "student", "value_4": "0"}
        | {"item_5": "wanted"},
    )
    assert read == {
        "cycles": ["2025", "2026"],
        "left_job_on_insured": "2026-09-30",
        "spouse_apart": 20002,
        "student": False,
    }
    for wrong in (
        {"item_1": "no_such_item", "value_1": "1"},
        {"value_1": "1"},
        {"item_1": "student", "value_1": "yes"},
        {"item_1": "spouse_apart", "value_1": "2 0"},
        {"item_1": "left_job_on_insured", "value_1": "昨日"},
        {"item_1": "student", "value_1": "0", "item_2": "student", "value_2": "1"},
    ):
        with pytest.raises(UnableToReadItem):
            particulars(filing, blank | wrong)
