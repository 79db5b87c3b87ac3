"""``kokunen linkage``: the platform between the city's systems, its certificates and agreements."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kokunen.cli import OK, WRONG

if TYPE_CHECKING:
    import argparse


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register ``linkage`` and its acts."""
    linkage = commands.add_parser("linkage", help="システム連携基盤")
    acts = linkage.add_subparsers(required=True, metavar="ACT")
    serve = acts.add_parser("serve", help="連携基盤を動かす(既定ではこの端末からだけ届く)")
    serve.add_argument("--port", type=int, metavar="P", help="省略すると linkage.json、0は空き番号")
    serve.set_defaults(run=_serve)

    certificate = acts.add_parser("certificate", help="認証局・基盤・システムの証明書")
    kinds = certificate.add_subparsers(required=True, metavar="KIND")
    kinds.add_parser("authority", help="市の認証局を作る").set_defaults(run=_authority)
    server = kinds.add_parser("server", help="基盤の証明書を作る")
    server.add_argument("--name", action="append", metavar="HOST", help="届く名前・アドレス")
    server.add_argument("--days", type=int, default=397, metavar="N")
    server.set_defaults(run=_server)
    system = kinds.add_parser("system", help="システムの証明書を作り、指紋を登録する")
    system.add_argument("system", metavar="SYSTEM")
    system.add_argument("--days", type=int, default=397, metavar="N")
    system.add_argument("--file", default="", metavar="NAME", help="更新のときのファイル名")
    system.set_defaults(run=_system)
    revoke = kinds.add_parser("revoke", help="証明書を今から失効させる")
    revoke.add_argument("fingerprint", metavar="FINGERPRINT")
    revoke.set_defaults(run=_revoke)

    agreed = acts.add_parser("system", help="連携定義(システム・機能・項目・受渡し)を読み込む")
    agreed.add_argument("file", type=Path, metavar="FILE.yaml")
    agreed.set_defaults(run=_agreed)
    rights = acts.add_parser("rights", help="職員の機能別の権限を読み込む(人事のCSV)")
    rights.add_argument("file", type=Path, metavar="FILE.csv")
    rights.set_defaults(run=_rights)
    acts.add_parser("rotate", help="個人番号と預かった内容を現在の鍵で封じ直す").set_defaults(
        run=_rotate
    )
    prune = acts.add_parser("prune", help="済んだ電文・拒否・照会・受渡しの行を、日数がたてば消す")
    prune.add_argument("--days", type=int, default=1095, metavar="N", help="既定は3年(1095日)")
    prune.set_defaults(run=_prune)
    acts.add_parser("status", help="接続・拒否・中間サーバー・受渡しの今の様子").set_defaults(
        run=_status
    )


def _serve(given: argparse.Namespace) -> int:
    import resource
    import signal
    from dataclasses import replace

    from kokunen import sites

    # What a crash leaves on the disk would hold keys and open contents.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    sites.start("linkage", site="linkage")
    from kokunen.linkage import server, settings

    set_up = settings.read()
    if given.port is not None:
        set_up = replace(set_up, port=given.port)
    # A stop of the machine is a stop by the keyboard: what is under way is finished.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.serve(
            settings=set_up,
            clock=_now,
            ready=lambda where: print(f"連携基盤: {where}", flush=True),
        )
    except KeyboardInterrupt:
        print("連携基盤を止めました。")
    return OK


def _authority(given: argparse.Namespace) -> int:
    from kokunen.linkage import certificates, settings

    del given
    made = certificates.make_authority(settings.certificates(), at=_now())
    print(f"市の認証局を作りました。{made.not_valid_after_utc:%Y-%m-%d} まで有効です。")
    return OK


def _server(given: argparse.Namespace) -> int:
    from kokunen.linkage import certificates, settings

    names = given.name or ["localhost", "127.0.0.1"]
    made = certificates.make_server(
        settings.certificates(), names=names, at=_now(), days=given.days
    )
    print(f"基盤の証明書を作りました。{made.not_valid_after_utc:%Y-%m-%d} まで有効です。")
    return OK


def _system(given: argparse.Namespace) -> int:
    from kokunen import sites

    sites.start("owner", site="linkage")
    from kokunen.cli.acting import program
    from kokunen.linkage import agreements, certificates, settings

    agreements.require_system(given.system)
    folder = settings.certificates()
    made = certificates.make_system(
        folder, system=given.system, at=_now(), days=given.days, file=given.file
    )
    print_ = agreements.register(
        made, system=given.system, occasion=program("linkage certificate system")
    )
    print(f"{given.system} の証明書を作り、登録しました。指紋 {print_}")
    print(f"{folder} の証明書・鍵と authority.crt を、そのシステムに安全に渡してください。")
    return OK


def _revoke(given: argparse.Namespace) -> int:
    from kokunen import sites

    sites.start("owner", site="linkage")
    from kokunen.cli.acting import program
    from kokunen.linkage import agreements

    agreements.revoke(given.fingerprint, occasion=program("linkage certificate revoke"))
    print("失効させました。次の電文から受け付けません。")
    return OK


def _agreed(given: argparse.Namespace) -> int:
    from kokunen import sites

    sites.start("owner", site="linkage")
    from kokunen.cli.acting import program
    from kokunen.linkage import agreements

    changed = agreements.load(given.file, occasion=program("linkage system"))
    print(f"連携定義を読み込みました。始まったものと終わったものは合わせて{changed}件です。")
    return OK


def _rights(given: argparse.Namespace) -> int:
    from kokunen import sites

    sites.start("owner", site="linkage")
    from kokunen.cli.acting import program
    from kokunen.linkage import agreements

    changed = agreements.load_rights(given.file, occasion=program("linkage rights"))
    print(f"権限を読み込みました。始まったものと変わったものは合わせて{changed}件です。")
    return OK


def _rotate(given: argparse.Namespace) -> int:
    """Rotate; exit code 1 when a row did not decrypt."""
    from kokunen import sites

    del given
    sites.start("linkage", site="linkage")
    from kokunen.linkage import integration, sealing

    turned, broken = 0, 0
    for rows in (integration, sealing):
        for good, bad in rows.rotate(at=_now()):
            turned, broken = turned + good, broken + bad
    print(f"{turned:,}行を現在の鍵にしました。復号できない行は{broken:,}行です。")
    return WRONG if broken else OK


def _prune(given: argparse.Namespace) -> int:
    from kokunen import sites

    sites.start("owner", site="linkage")
    from kokunen.cli.acting import program
    from kokunen.linkage import retention, settings

    counted = retention.prune(
        days=given.days,
        clock_seconds=settings.read().clock_seconds,
        occasion=program("linkage prune"),
    )
    print(f"{given.days}日より前に済んだ{sum(counted.values()):,}行を消しました。")
    return OK


def _status(given: argparse.Namespace) -> int:
    from kokunen import sites

    del given
    sites.start("linkage", site="linkage")
    from kokunen.linkage import queries

    for line in queries.status(at=_now()):
        print(line)
    return OK


def _now() -> datetime:
    return datetime.now(tz=UTC)
