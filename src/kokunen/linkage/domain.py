"""The words of the linkage platform: functions, states, codes of refusals. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kokunen.dates.errors import Refusal

MESSAGE: Final = "Kokunen-Message"
"""The header that carries the message where the body is a file (hand-over and collection)."""
DIGEST: Final = "Kokunen-Digest"
"""The header of a file that goes to its receiver: SHA-256 in hexadecimal."""
BLOCK: Final = 65536
"""Bytes of a file held in memory at a time."""


class Function(StrEnum):
    """What a system, or a member of staff, may do (founding document 004, システム2, 1–6)."""

    NUMBERS = "numbers"  # 団体内統合宛名管理
    GATEWAY = "gateway"  # 符号要求: the resident register's gateway collects processing numbers
    PROVISION = "provision"  # 情報提供
    INQUIRY = "inquiry"  # 情報照会
    FILES = "files"  # 既存システム連携


FUNCTION_NAMES: Final = {
    Function.NUMBERS: "団体内統合宛名管理",
    Function.GATEWAY: "符号要求(住基GW)",
    Function.PROVISION: "情報提供",
    Function.INQUIRY: "情報照会",
    Function.FILES: "既存システム連携",
}


class Residence(StrEnum):
    """Whether a local number is of a resident (住登者) or of somebody else (住登外者)."""

    RESIDENT = "resident"
    NON_RESIDENT = "non_resident"


class Thing(StrEnum):
    """What a sender asks the state of, by the id it chose itself."""

    FILE = "file"
    PROVISION = "provision"
    INQUIRY = "inquiry"


class State(StrEnum):
    """Where an errand stands: a file between two systems, or a request to the outside."""

    WAITING = "waiting"  # it will be done, or done again
    PENDING = "pending"  # the intermediate server has it and will answer later
    DONE = "done"
    REFUSED = "refused"  # the other side says no; it is not tried again
    COLLECTED = "collected"  # a file: handed out, not yet acknowledged


class Code(StrEnum):
    """Why a message or a connection is refused; stands in the record, and in the answer."""

    # The connection, before there is a message.
    NO_CERTIFICATE = "no_certificate"
    UNTRUSTED = "certificate_untrusted"
    EXPIRED = "certificate_expired"
    NOT_YET = "certificate_not_yet_valid"
    PLAIN = "no_tls"
    TOO_OLD = "tls_version"
    HANDSHAKE = "handshake_failed"
    TOO_MANY = "too_many_connections"
    # The message.
    UNREGISTERED = "certificate_unregistered"
    REVOKED = "certificate_revoked"
    OTHER_SYSTEM = "system_mismatch"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    NO_ROUTE = "unknown_address"
    REPLAYED = "replayed"
    OFF_TIME = "time_off"
    NO_FUNCTION = "function_not_permitted"
    NO_STAFF = "staff_missing"
    NO_RIGHT = "staff_without_right"
    NUMBER = "number_unknown"
    CHECK_DIGIT = "my_number_invalid"
    DIFFERS = "my_number_differs"
    NOT_LISTED = "item_not_permitted"
    NO_HAND_OVER = "hand_over_not_defined"
    DAMAGED = "digest_differs"
    TAKEN = "id_taken"
    UNKNOWN = "unknown"
    DELIVERED = "already_delivered"
    UNOPENED = "content_unopened"
    NO_KEY = "content_key_missing"
    FAULT = "fault"


class Errand(StrEnum):
    """What the platform asks of the intermediate server, in the words of the messages."""

    REGISTER = "register"  # 団体内統合宛名番号の登録
    IDENTIFIER = "identifier"  # 情報提供用個人識別符号の取得要求
    PROVISION = "provision"  # 副本登録
    INQUIRY = "inquiry"  # 情報照会


CODE_WORDS: Final = {
    Code.NO_CERTIFICATE: "クライアント証明書がない接続",
    Code.UNTRUSTED: "市の認証局が出していない証明書",
    Code.EXPIRED: "期限の切れた証明書",
    Code.NOT_YET: "有効期間前の証明書",
    Code.PLAIN: "TLSでない接続",
    Code.TOO_OLD: "TLS 1.2 より古い接続",
    Code.HANDSHAKE: "相互認証の途中で終わった接続",
    Code.TOO_MANY: "同じ相手からの多すぎる接続",
    Code.UNREGISTERED: "登録されていない証明書、または期間外のシステム",
    Code.REVOKED: "失効させた証明書",
    Code.OTHER_SYSTEM: "証明書と名乗ったシステムの不一致",
    Code.MALFORMED: "電文の形の誤り",
    Code.TOO_LARGE: "大きさの上限を超えた電文かファイル",
    Code.NO_ROUTE: "存在しない宛先",
    Code.REPLAYED: "一度使われた電文番号",
    Code.OFF_TIME: "作成時刻のずれ",
    Code.NO_FUNCTION: "システムに認めていない機能",
    Code.NO_STAFF: "職員番号のない電文",
    Code.NO_RIGHT: "機能の権限がない職員",
    Code.NUMBER: "そのシステムの番号でない宛名番号",
    Code.CHECK_DIGIT: "個人番号の検査用数字の誤り",
    Code.DIFFERS: "記録と異なる個人番号",
    Code.NOT_LISTED: "認めていない事務・項目",
    Code.NO_HAND_OVER: "連携定義にない受渡し",
    Code.DAMAGED: "内容とハッシュ値の不一致",
    Code.TAKEN: "別の内容に使われた番号",
    Code.UNKNOWN: "そのシステムのものでない番号",
    Code.DELIVERED: "受領済みのファイル",
    Code.UNOPENED: "保管していた内容の破損か、すり替え",
    Code.NO_KEY: "保管していた内容を開く鍵の欠落",
    Code.FAULT: "連携基盤の内部の誤り",
}


class Refused(Refusal):
    """A message is not taken; the sender learns the code, the record keeps it."""

    code = "linkage_message"

    def __init__(self, reason: Code, *, field: str = "") -> None:
        super().__init__(
            f"連携の電文を受け付けません: {CODE_WORDS[reason]}。",
            fix="docs/linkage.md の「拒否」に、コードごとの直し方があります。",
            field=field,
        )
        self.reason = reason


class UnableToLink(Refusal):
    """The platform could not be used; ``reason`` is a `Code`, or names the failure."""

    code = "linkage"

    def __init__(self, message: str, *, fix: str, field: str = "", reason: str = "") -> None:
        super().__init__(message, fix=fix, field=field)
        self.reason = reason


class UnableToReachPlatform(UnableToLink):
    """No connection, or it broke; whether the message was taken is not known: ask `status`."""

    code = "linkage_unreachable"


class UnableToTrustPlatform(UnableToLink):
    """A certificate was refused, the platform's by us or ours by the platform."""

    code = "linkage_certificate"


class UnableToUsePlatform(UnableToLink):
    """The platform refused the message; ``reason`` holds its code."""

    code = "linkage_refused"
