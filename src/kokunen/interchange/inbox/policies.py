"""Why a file that can be read is refused all the same (docs/adr/2026-11-21-exchange.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings

from kokunen.dates.wareki import format_wareki
from kokunen.interchange.domain import UnableToReceiveFile
from kokunen.interchange.inbox import turns

if TYPE_CHECKING:
    from datetime import date

    from kokunen.interchange.codec.reading import Survey
    from kokunen.interchange.layout import Layout

OLDEST: Final = 62
"""Days after which a file is too old to be taken (setting KOKUNEN_EXCHANGE_OLDEST)."""


class UnableToReceiveAgain(UnableToReceiveFile):
    """The same content was received before, under whatever name."""

    code = "already_received"


class UnableToReceivePast(UnableToReceiveFile):
    """A later file of the layout, or another of this number, was received before."""

    code = "already_past"


class UnableToReceiveUnnumbered(UnableToReceiveFile):
    """Files of the layout are numbered, and this one is not."""

    code = "no_sequence"


class UnableToReceiveFuture(UnableToReceiveFile):
    """The file says that it was made after today."""

    code = "made_in_future"


class UnableToReceiveOld(UnableToReceiveFile):
    """The file says that it was made too long ago."""

    code = "too_old"


def oldest() -> int:
    """Return after how many days a file is too old, as the site sets it."""
    return int(getattr(settings, "KOKUNEN_EXCHANGE_OLDEST", OLDEST))


def against(of: Layout, survey: Survey, today: date) -> UnableToReceiveFile | None:
    """Return why a file that reads well is not taken all the same."""
    made_on, sequence = survey.head.made_on, survey.head.sequence
    if made_on is not None and made_on > today:
        return UnableToReceiveFuture(
            f"作成日が{format_wareki(made_on)}で、今日({format_wareki(today)})より後です。"
            "ファイル全体を受け取りません。",
            fix="相手の日付の設定と、この端末の時計を確かめ、正しい日付で再送を依頼してください。",
            field="made_on",
        )
    most = oldest()
    if made_on is not None and (today - made_on).days > most:
        return UnableToReceiveOld(
            f"作成日が{format_wareki(made_on)}で、{most}日より前です。ファイル全体を受け取りません。",
            fix="古いファイルを取り違えていないか確かめてください。取り込む必要があるときは、"
            "設定 KOKUNEN_EXCHANGE_OLDEST の日数を改めてください。",
            field="made_on",
        )
    return _past(of.code, sequence) if of.sequence else None


def _past(layout: str, sequence: int | None) -> UnableToReceiveFile | None:
    if sequence is None:
        return UnableToReceiveUnnumbered(
            "通番がありません。この様式は通番の順に反映するため、ファイル全体を受け取りません。",
            fix="通番を付けたファイルの再送を依頼してください。",
            field="sequence",
        )
    turn = turns.expected(layout)
    if turn is not None and (sequence < turn or sequence in turns.waiting(layout)):
        return UnableToReceivePast(
            f"通番{sequence}のファイルは、もう受け取りました(次は通番{turn})。"
            "後の通番を反映した記録を、前の内容に戻すことはしません。",
            fix="前の日のファイルを取り違えていないか確かめてください。"
            "訂正は、新しい通番のファイルで受けてください。",
            field="sequence",
        )
    return None


def again(before: int) -> UnableToReceiveFile:
    """Return the refusal of what came before, as file ``before``."""
    return UnableToReceiveAgain(
        f"同じ内容のファイルを、もう受け取っています(受信番号{before})。名前が違っても、"
        "2度は反映しません。",
        fix="今日の分のファイルかどうかを相手に確かめてください。",
    )
