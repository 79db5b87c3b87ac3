"""The office itself: serve, migrate, back up, restore, examine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kokunen.cli import OK, WRONG

if TYPE_CHECKING:
    import argparse


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the commands."""
    serve = commands.add_parser("serve", help="市の画面を動かす(この端末からだけ届く)")
    serve.add_argument("--port", type=int, default=8000, metavar="P")
    serve.add_argument("--workers", type=int, default=2, metavar="N")
    serve.set_defaults(run=_serve)

    migrate = commands.add_parser("migrate", help="データベースを今の形にし、権限を付け直す")
    migrate.set_defaults(run=_migrate)

    backup = commands.add_parser("backup", help="データベース全体のバックアップを書く")
    backup.add_argument("folder", type=Path, metavar="FOLDER", help="まだない場所")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="バックアップを復元し、全表を照合する")
    restore.add_argument("folder", type=Path, metavar="FOLDER")
    restore.add_argument("--drill", action="store_true", help="訓練: 照合だけして置き換えない")
    restore.set_defaults(run=_restore)

    doctor = commands.add_parser("doctor", help="設定・鍵・時計・ディスク・移行・封印を点検する")
    doctor.set_defaults(run=_doctor)


def _serve(given: argparse.Namespace) -> int:
    from kokunen.sites import serving

    serving.serve(port=given.port, workers=given.workers)
    return OK


def _migrate(given: argparse.Namespace) -> int:
    del given
    from kokunen import sites
    from kokunen.postgres import embedded, roles

    if roles.is_embedded():
        embedded.start()
    sites.start("owner")
    from kokunen.sites import migrating

    migrating.prepare()
    migrating.migrate()
    return OK


def _backup(given: argparse.Namespace) -> int:
    from kokunen import sites

    sites.start("owner")
    from kokunen.sites import backups

    tables = backups.back_up(given.folder, at=datetime.now(tz=UTC))
    rows = sum(table.rows for table in tables.values())
    print(f"{given.folder} に {len(tables)}表 {rows:,}行を書きました。")
    print("秘密(鍵)は含みません。別に保管してください。")
    return OK


def _restore(given: argparse.Namespace) -> int:
    from kokunen import sites
    from kokunen.postgres import roles

    sites.start("owner")
    from kokunen.sites import backups, kept_files

    now = datetime.now(tz=UTC)
    beside = f"{roles.database()}_restored_{now:%Y%m%d%H%M%S}"
    restored = backups.restore(given.folder, into=beside)
    rows = sum(table.rows for table in restored.tables.values())
    print(f"{len(restored.tables)}表 {rows:,}行を復元し、すべての表が元の記録と一致しました。")
    if given.drill:
        backups.drop(beside)
        print("訓練なので、復元したデータベースは消しました。")
        return OK
    kept = backups.put_in_place(beside, at=now)
    print("業務のデータベースに置き換えました。")
    files = kept_files.copy_back(given.folder / backups.FILES, restored.files)
    print(f"連携のファイルは {len(restored.files)}件あり、なくなっていた{files}件を戻しました。")
    if kept:
        print(f"前のものは {kept} に残っています。")
    for folder in backups.set_aside(since=restored.at, at=now):
        print(f"バックアップ後の記録の控えは {folder} に移しました。失われた記録の確認に使えます。")
    return OK


def _doctor(given: argparse.Namespace) -> int:
    del given
    from kokunen import sites

    sites.start("owner")
    from kokunen.sites import doctor

    answers = doctor.examine(at=datetime.now(tz=UTC))
    for answer in answers:
        print(f"{'要対応' if answer.fix else '良好'}\t{answer.question}\t{answer.found}")
        if answer.fix:
            print(f"\t→ {answer.fix}")
    return WRONG if any(answer.fix for answer in answers) else OK
