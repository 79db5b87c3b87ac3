"""A duty of the tests alone: it says what it is told to say, and does what every duty does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kokunen.cases import operations
from kokunen.cases.catalogue.kinds import Item, ItemKind
from kokunen.cases.domain import (
    Advice,
    Attachment,
    Effect,
    Finding,
    Line,
    Section,
    StepKind,
    Weight,
)
from kokunen.web.duties import Work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kokunen.cases.domain import Receipt
    from kokunen.cases.operations import Taken

SAYS = Advice(
    findings=(
        Finding(
            code="undeclared",
            weight=Weight.LACKS,
            message="所得の申告がありません。",
            fix="市民税の申告を受けてください。",
            article="法90条1項",
        ),
    ),
    attachments=(
        Attachment(name="離職票の写し", why="失業の特例", instead=("雇用保険受給資格者証",)),
    ),
    effects=(Effect(label="免除", before="なし", after="令和8年7月から全額", article="法90条"),),
    sections=(Section(heading="審査", lines=(Line(label="本人", text="基準内", tone="good"),)),),
)


@dataclass
class Duty:
    """``says`` is its advice; ``knows`` what the register answers; ``asks`` of a result."""

    says: Advice = SAYS
    knows: dict[str, Any] = field(default_factory=dict)
    asks: tuple[Item, ...] = (
        Item(
            name="band",
            label="承認された区分",
            kind=ItemKind.CHOICE,
            choices=(("full", "全額"), ("half", "半額")),
            essential=True,
        ),
    )

    @property
    def work(self) -> Work:
        return Work(self, self)  # type: ignore[arg-type]  # it takes fewer words than a duty gives

    def prefill(self, **_: object) -> Mapping[str, Any]:
        return self.knows

    def advise(self, *, receipt: Receipt, **_: object) -> Advice:
        assert receipt.filing
        return self.says

    def result_items(self, filing: str) -> tuple[Item, ...]:
        assert filing
        return self.asks

    def receive(self, *, sees: object, again: str = "", **rest: Any) -> Taken:  # noqa: ANN401 - passed on
        assert sees
        return operations.receive(detail={"again": again} if again else {}, **rest)

    def change(self, *, sees: object, event_on: object, **rest: Any) -> Taken:  # noqa: ANN401 - passed on
        assert sees
        assert event_on is None
        return operations.take(**rest)

    def examine(self, *, sees: object, **rest: Any) -> Taken:  # noqa: ANN401 - passed on
        assert sees
        return operations.take(kind=StepKind.EXAMINED, **rest)

    def result(self, *, sees: object, particulars: Mapping[str, Any], **rest: Any) -> Taken:  # noqa: ANN401 - passed on
        assert sees
        return operations.take(detail={"result": dict(particulars)}, **rest)

    def withdraw(self, *, sees: object, **rest: Any) -> Taken:  # noqa: ANN401 - passed on
        assert sees
        return operations.take(kind=StepKind.WITHDRAWN, **rest)
