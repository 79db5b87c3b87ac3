"""澄野市, 架空県: a city, its towns and its town halls, none of which exist.

Postal codes begin with 000, which the post does not use. Telephone numbers have an exchange (or,
for mobile phones, a first digit after 090, 080, 070) that begins with 0: the numbering plan gives
such numbers to no subscriber, so that nobody who dials one reaches a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from random import Random

PREFECTURE: Final = "架空県"
CITY: Final = "澄野市"
MUNICIPALITY_CODE: Final = "999990"
"""No prefecture has the number 99."""


class Office(NamedTuple):
    """A place where clerks serve: its code, name and the towns around it."""

    code: str
    name: str
    towns: tuple[str, ...]


OFFICES: Final = (
    Office("00", "本庁", ("澄野本町", "朝霧台", "桐の木", "水車町", "鐘撞町", "御蔵町", "白帆町")),
    Office("01", "柳影支所", ("柳影", "藤棚町", "茜坂", "帆掛町")),
    Office("02", "高畝支所", ("高畝", "麦笛台", "蕎麦の花", "唐箕町")),
    Office("03", "鈴掛支所", ("鈴掛", "葛\U000e0100野", "木霊ケ丘", "夕凪町")),
    Office("04", "鷺舞支所", ("鷺舞", "葦笛", "渡し場町", "小舟町")),
    Office("05", "月見原支所", ("月見原", "𠮷祥台", "露草町", "虫籠町")),
    Office("06", "旧鳩谷津支所", ("鳩谷津", "薬研町", "紺屋坂", "鍛冶屋台")),
    Office("07", "澄野駅前行政センター", ("澄野駅前", "機関庫町", "切符町", "時計台")),
)
"""The main office, six branches and the centre at the station (as many as the real city has)."""

_WEIGHTS: Final = (30, 11, 12, 9, 9, 12, 10, 7)  # assumed shares of the population
_ELSEWHERE: Final = (
    ("架空県", "遠霞市", "雨乞町"),
    ("架空県", "鹿渡野市", "炭焼台"),
    ("架空県", "東雲郡雨宿町", "大字下雨宿"),
    ("夢見県", "星ケ浦市", "錨町"),
    ("夢見県", "灯台市", "霧笛町"),
    ("夢見県", "綿雲郡山彦村", "大字谺"),
)
_BUILDINGS: Final = ("コーポ", "ハイツ", "メゾン", "レジデンス", "第二コーポ", "グリーンハイツ")
_STREETS: Final = ("壱番街", "並木", "川端", "坂上", "東", "西")


class Place(NamedTuple):
    """An address in the parts in which the register keeps it (the columns of people_address)."""

    postal_code: str = ""
    municipality_code: str = ""
    prefecture: str = ""
    city: str = ""
    town: str = ""
    block: str = ""
    building: str = ""
    country: str = ""


def place(random: Random) -> Place:
    """Draw an address in the city."""
    at = random.choices(range(len(OFFICES)), weights=_WEIGHTS)[0]
    office = OFFICES[at]
    town_at = int(random.random() * len(office.towns))
    chome, ban, gou = (1 + int(random.random() * most) for most in (6, 32, 24))
    building = ""
    if random.random() < 0.45:  # noqa: PLR2004 - assumed share of flats
        room = f"{1 + int(random.random() * 9)}{1 + int(random.random() * 12):02}号室"
        building = f"{random.choice(_BUILDINGS)}{random.choice(_STREETS)}{room}"
    return Place(
        postal_code=f"000{at}{town_at}{chome:02}",
        municipality_code=MUNICIPALITY_CODE,
        prefecture=PREFECTURE,
        city=CITY,
        town=f"{office.towns[town_at]}{chome}丁目",
        block=f"{ban}番{gou}号",
        building=building,
    )


def elsewhere(random: Random, *, abroad: str = "") -> Place:
    """Draw an address outside the city; ``abroad`` is the name of a country instead."""
    if abroad:
        return Place(country=abroad)
    at = int(random.random() * len(_ELSEWHERE))
    ban, gou = 1 + int(random.random() * 999), 1 + int(random.random() * 20)
    prefecture, city, town = _ELSEWHERE[at]
    return Place(
        postal_code=f"0009{at}{ban % 100:02}",
        prefecture=prefecture,
        city=city,
        town=town,
        block=f"{ban}番地{gou}",
    )


def phone(random: Random, *, mobile: bool) -> str:
    """Draw a number that nobody can have (see above)."""
    digits = f"{random.getrandbits(40) % 10_000_000:07}"
    if mobile:
        return f"{random.choice(('090', '080', '070'))}-0{digits[:3]}-{digits[3:]}"
    return f"049-0{digits[:2]}-{digits[2:6]}"
