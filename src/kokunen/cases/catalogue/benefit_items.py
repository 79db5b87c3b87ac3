"""The items that several filings of 給付 share."""

from __future__ import annotations

from typing import Final

from kokunen.cases.catalogue.kinds import Item, ItemKind

_Choices = tuple[tuple[str, str], ...]

YES: Final = frozenset({"true"})
RELATIONS: Final = (
    ("spouse", "配偶者"),
    ("child", "子"),
    ("parent", "父母"),
    ("grandchild", "孫"),
    ("grandparent", "祖父母"),
    ("sibling", "兄弟姉妹"),
)
"""The order of survivors (法19条4項・法52条の3第2項): who stands before shuts out who follows."""
KIN: Final = (*RELATIONS, ("kin", "その他の3親等内の親族"))
"""The same order with the relatives who follow in it since 2014-04 (法19条1項)."""
ILLNESSES: Final = (
    ("eye", "眼の障害"),
    ("hearing", "聴覚・鼻腔機能・平衡・そしゃく嚥下・音声言語の障害"),
    ("limbs", "肢体の障害"),
    ("mental", "精神の障害"),
    ("respiratory", "呼吸器疾患の障害"),
    ("circulatory", "循環器疾患の障害"),
    ("kidney_liver_diabetes", "腎疾患・肝疾患・糖尿病の障害"),
    ("blood_other", "血液・造血器・その他の障害"),
)
"""The eight diagnosis forms (診断書), one for each kind of disability."""


def bank(*, required: bool = True) -> tuple[Item, ...]:
    """Return the items of the account into which is paid."""
    registered = frozenset({"bank", "post"})
    return (
        Item(
            name="account",
            label="受取口座",
            kind=ItemKind.CHOICE,
            choices=(
                ("public", "公金受取口座を利用する"),
                ("bank", "金融機関の口座"),
                ("post", "ゆうちょ銀行の口座"),
            ),
            required=required,
            hint="公金受取口座のときは、通帳の写しは要りません。",
        ),
        Item(
            name="account_seen",
            label="口座の名義と番号の確認",
            kind=ItemKind.CHOICE,
            choices=(
                ("passbook", "通帳・キャッシュカードの写し"),
                ("certified", "請求書への金融機関の証明"),
                ("later", "後日提出"),
            ),
            only_if=("account", registered),
        ),
    )


def numbers() -> tuple[Item, ...]:
    """Return the item that says by which number the agency finds the claimant."""
    return (
        Item(
            name="my_number",
            label="請求書の個人番号",
            kind=ItemKind.CHOICE,
            choices=(("written", "記入あり"), ("basic_number", "基礎年金番号で請求")),
            hint="個人番号の記入があれば、住民票・所得の証明の添付を省けます。番号は写しません。",
        ),
    )


WHO_COMES: Final = (
    Item(
        name="identity",
        label="窓口に来た人の本人確認",
        kind=ItemKind.CHOICE,
        choices=(
            ("card", "個人番号カード"),
            ("photo", "運転免許証・旅券・在留カード等(顔写真付き1点)"),
            ("two", "資格確認書・年金証書等(2点)"),
            ("not_seen", "未確認"),
        ),
        required=True,
    ),
    Item(
        name="authority",
        label="代理権の確認",
        kind=ItemKind.CHOICE,
        choices=(
            ("not_needed", "代理人ではない"),
            ("letter", "委任状"),
            ("legal", "法定代理人(戸籍・登記事項証明書)"),
            ("later", "後日提出"),
        ),
    ),
)


def claimant(relations: _Choices) -> tuple[Item, ...]:
    """Return the items of who claims after a death."""
    return (
        Item(
            name="claimant",
            label="請求者(宛名番号)",
            kind=ItemKind.PERSON,
            hint="登録のある人は宛名番号で。ないときは、次の氏名だけを入れます。",
        ),
        Item(
            name="claimant_name",
            label="請求者の氏名(登録のない人)",
            kind=ItemKind.TEXT,
            most=80,
        ),
        Item(
            name="relation",
            label="亡くなった人との続柄(請求者が何に当たるか)",
            kind=ItemKind.CHOICE,
            choices=relations,
            essential=True,
        ),
    )


def order(relations: _Choices) -> tuple[Item, ...]:
    """Return the items that tell whether somebody stands before the claimant."""
    return (
        Item(
            name="shared_living",
            label="亡くなった当時、生計を同じくしていた",
            kind=ItemKind.YES_NO,
            required=True,
            hint="同じ世帯であれば、住民基本台帳で分かります。",
        ),
        Item(
            name="others",
            label="生計を同じくしていた、ほかの遺族",
            kind=ItemKind.CHOICES,
            choices=relations,
            hint="請求者より先の順位の人がいれば、その人が請求します。",
        ),
        Item(
            name="others_asked",
            label="ほかの遺族がいるかを聞き取った",
            kind=ItemKind.YES_NO,
            required=True,
        ),
    )


DEATH_CAUSED: Final = Item(
    name="third_party",
    label="第三者の行為(交通事故など)が原因である",
    kind=ItemKind.YES_NO,
)

_MONTHS: Final = (
    ("paid", "納付済の月数(産前産後・育児の免除を含む)"),
    ("full", "全額免除・法定免除の月数"),
    ("three_quarters", "4分の3免除の月数(一部を納付した月)"),
    ("half", "半額免除の月数(一部を納付した月)"),
    ("one_quarter", "4分の1免除の月数(一部を納付した月)"),
    ("deferral", "納付猶予の月数"),
    ("student", "学生納付特例の月数"),
)
_OLDER: Final = frozenset({"full", "three_quarters", "half", "one_quarter"})


def months(*, combined: bool = True) -> tuple[Item, ...]:
    """Return the items of the months that the agency's record shows, if it was looked up.

    An empty count is one that is not known, and never 0. ``combined`` asks for 合算対象期間 too.
    """
    seen = ("record", frozenset({"agency", "statement"}))
    counted = [
        Item(
            name="record",
            label="納付記録の確認",
            kind=ItemKind.CHOICE,
            choices=(
                ("not_seen", "未確認(年金事務所で確認)"),
                ("agency", "年金事務所の被保険者記録照会回答票"),
                ("statement", "ねんきん定期便・ねんきんネット"),
            ),
            hint="この台帳には納付した月の記録がありません。未確認のときは幅で示します。",
        )
    ]
    for name, label in _MONTHS:
        older = name in _OLDER
        counted.append(
            Item(
                name=f"months_{name}",
                label=label + ("(平成21年4月以後)" if older else ""),
                kind=ItemKind.COUNT,
                only_if=seen,
            )
        )
        if older:
            counted.append(
                Item(
                    name=f"months_{name}_older",
                    label=label + "(平成21年3月まで)",
                    kind=ItemKind.COUNT,
                    only_if=seen,
                )
            )
    counted.append(
        Item(name="months_additional", label="付加保険料の月数", kind=ItemKind.COUNT, only_if=seen)
    )
    if combined:
        counted.append(
            Item(
                name="months_combined",
                label="合算対象期間の月数",
                kind=ItemKind.COUNT,
                only_if=seen,
                hint="期間を満たすかだけに使い、年金額にはなりません。",
            )
        )
    return tuple(counted)


def payments(day: str) -> tuple[Item, ...]:
    """Return the items of what was paid by the day before the day that ``day`` names."""
    return (
        Item(
            name="payments",
            label=f"{day}の前日までの納付の確認",
            kind=ItemKind.CHOICE,
            choices=(
                ("not_confirmed", "未確認(年金事務所に照会)"),
                ("all_paid", "確認済み・未納の月はない"),
                ("some_unpaid", "確認済み・未納の月がある"),
            ),
            hint="この台帳には納付した月の記録がありません。",
        ),
        Item(
            name="unpaid",
            label=f"{day}の前日までに納めていなかった期間",
            kind=ItemKind.LINES,
            required=True,
            most=1000,
            hint="1行に1つ、2015-04〜2016-03 の形で。一部免除で残りを納めていない月も入れます。",
            only_if=("payments", frozenset({"some_unpaid"})),
        ),
    )


def children(*, required: bool = True) -> tuple[Item, ...]:
    """Return the items of children up to the March after 18, or under 20 with a disability."""
    some = ("has_children", YES)
    return (
        Item(
            name="has_children",
            label="18歳到達年度末までの子、または20歳未満で障害のある子がいる",
            kind=ItemKind.YES_NO,
            required=required,
        ),
        Item(
            name="children_count",
            label="その子の人数",
            kind=ItemKind.COUNT,
            required=required,
            only_if=some,
        ),
        Item(
            name="children_disabled",
            label="障害の程度が1級・2級の子の人数(18歳到達年度末の後、20歳未満)",
            kind=ItemKind.COUNT,
            only_if=some,
        ),
        Item(
            name="children_register",
            label="子を住民基本台帳の世帯で確認した",
            kind=ItemKind.YES_NO,
            only_if=some,
            hint="同じ世帯であれば、住民票の添付は要りません。続柄は戸籍で確かめます。",
        ),
    )
