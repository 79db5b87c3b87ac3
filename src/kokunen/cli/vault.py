"""``kokunen vault``: the keys of the vault of individual numbers, and a new one for every row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kokunen.cli import OK, WRONG

if TYPE_CHECKING:
    import argparse

    from kokunen.audit.domain import Occasion

BATCH: Final = 500


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``vault keys``, ``vault new-key`` and ``vault rotate``."""
    vault = commands.add_parser("vault", help="個人番号の金庫の鍵")
    acts = vault.add_subparsers(required=True, metavar="ACT")
    acts.add_parser("keys", help="鍵の一覧と、使っている行数").set_defaults(run=_keys)
    acts.add_parser("new-key", help="新しい鍵を作り、現在の鍵にする").set_defaults(run=_new_key)
    rotate = acts.add_parser("rotate", help="すべての行を現在の鍵で暗号化し直す")
    rotate.add_argument(
        "--batch", type=int, default=BATCH, metavar="N", help=f"一度に確定する行数(既定{BATCH})"
    )
    rotate.set_defaults(run=_rotate)


def _keys(given: argparse.Namespace) -> int:
    """Tell which keys are in use; exit code 1 when rows need a key that the office lacks."""
    from kokunen import sites

    del given
    sites.start(role="batch")
    from kokunen.access.vault import queries

    code = OK
    for use in queries.uses():
        if not use.held:
            code = WRONG
            said = "鍵がありません。戻してください"
        elif use.current:
            said = "現在の鍵"
        else:
            said = (
                "使用中。kokunen vault rotate が必要" if use.rows else "使われていません。外せます"
            )
        print(f"{use.key}  {use.rows:>9,}行  {said}")
    return code


def _new_key(given: argparse.Namespace) -> int:
    from kokunen import sites

    del given
    sites.start(role="batch")
    from kokunen.access.vault import rotation

    print(f"鍵「{rotation.add_key(occasion=_occasion('kokunen vault new-key'))}」を作りました。")
    print("続けて kokunen vault rotate を実行してください。")
    return OK


def _rotate(given: argparse.Namespace) -> int:
    """Rotate; exit code 1 when a row did not decrypt."""
    from kokunen import sites

    sites.start(role="batch")
    from kokunen.access.vault import rotation

    rows, broken = 0, 0
    for batch in rotation.rotate(
        size=max(given.batch, 1), occasion=_occasion("kokunen vault rotate")
    ):
        rows += batch.rows
        broken += len(batch.broken)
        print(f"{rows:,}行を現在の鍵にしました。", flush=True)
    if broken:
        print(f"{broken:,}行は復号できず、そのまま残しました。行の番号は操作記録にあります。")
        return WRONG
    print("すべての行が現在の鍵です。")
    return OK


def _occasion(program: str) -> Occasion:
    from kokunen.audit.domain import Occasion

    return Occasion(
        at=datetime.now(tz=UTC), staff=None, staff_number=program, department="", terminal=""
    )
