"""Names of invented people: common ones often, rare characters sometimes, passport forms too.

Surnames and some given names come from Faker's ``ja_JP`` lists with their weights; the others
are common names added here, so that a search by name finds tens of people and not thousands.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from faker.providers.person.ja_JP import Provider

if TYPE_CHECKING:
    from random import Random


class Name(NamedTuple):
    """A name as the register writes it: the parts in writing, and each part in katakana."""

    family: str
    given: str
    family_kana: str
    given_kana: str


class ForeignName(NamedTuple):
    """The Latin letters of the passport, the kana, characters (if any) and an alias (if any)."""

    latin: str
    kana: str
    characters: str = ""
    alias: str = ""
    alias_kana: str = ""


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    words = text.split()
    return tuple((word.split("/")[0], word.split("/")[1]) for word in words)


# In falling order of frequency; the weights fall from the last of Faker's.
_MORE_SURNAMES: Final = _pairs(
    "三浦/ミウラ 岡本/オカモト 松田/マツダ 中川/ナカガワ 中野/ナカノ 原田/ハラダ 小野/オノ "
    "田村/タムラ 竹内/タケウチ 金子/カネコ 和田/ワダ 中山/ナカヤマ 石田/イシダ 上田/ウエダ "
    "森田/モリタ 柴田/シバタ 酒井/サカイ 工藤/クドウ 横山/ヨコヤマ 宮崎/ミヤザキ "
    "宮本/ミヤモト 内田/ウチダ 高木/タカギ 安藤/アンドウ 島田/シマダ 谷口/タニグチ "
    "大野/オオノ 丸山/マルヤマ 今井/イマイ 河野/コウノ 藤原/フジワラ 小島/コジマ "
    "武田/タケダ 村田/ムラタ 上野/ウエノ 杉山/スギヤマ 増田/マスダ 菅原/スガワラ "
    "平野/ヒラノ 大塚/オオツカ 久保/クボ 千葉/チバ 松井/マツイ 岩崎/イワサキ 桜井/サクライ "
    "木下/キノシタ 野口/ノグチ 松尾/マツオ 野村/ノムラ 菊地/キクチ 佐野/サノ 大西/オオニシ "
    "杉本/スギモト 新井/アライ 浜田/ハマダ 古川/フルカワ 市川/イチカワ 水野/ミズノ "
    "小松/コマツ 島崎/シマザキ 吉川/ヨシカワ 山内/ヤマウチ 西田/ニシダ 飯田/イイダ "
    "西川/ニシカワ 小沢/オザワ 北村/キタムラ 五十嵐/イガラシ 安田/ヤスダ 中田/ナカタ "
    "川口/カワグチ 平田/ヒラタ 川崎/カワサキ 東/アズマ 本田/ホンダ 久保田/クボタ "
    "沢田/サワダ 吉村/ヨシムラ 中西/ナカニシ 関/セキ 服部/ハットリ 福井/フクイ 岩田/イワタ "
    "樋口/ヒグチ 福島/フクシマ 辻/ツジ 永井/ナガイ 星野/ホシノ 大谷/オオタニ 荒木/アラキ "
    "松下/マツシタ 土屋/ツチヤ 川村/カワムラ 尾崎/オザキ 黒田/クロダ 大橋/オオハシ "
    "望月/モチヅキ 田口/タグチ 内藤/ナイトウ 早川/ハヤカワ 成田/ナリタ 片山/カタヤマ "
    "須藤/スドウ 荒井/アライ 石原/イシハラ 萩原/ハギワラ 熊谷/クマガイ 小池/コイケ "
    "富田/トミタ 鎌田/カマタ 矢野/ヤノ 大島/オオシマ 浅野/アサノ 戸田/トダ 馬場/ババ "
    "小泉/コイズミ 平井/ヒライ 関口/セキグチ 栗原/クリハラ 広瀬/ヒロセ 横田/ヨコタ "
    "篠原/シノハラ 秋山/アキヤマ 岩本/イワモト 新田/ニッタ 児玉/コダマ 高野/タカノ "
    "長沼/ナガヌマ 越智/オチ 四月一日/ワタヌキ 小鳥遊/タカナシ 月見里/ヤマナシ"
)

# The same surname written otherwise, and how often among a thousand bearers (assumed). Among
# them characters beyond the basic plane (𠮷, 𣘺) and one with a variation selector (葛󠄀, 辻󠄀).
_VARIANTS: Final = {
    "吉田": (("𠮷田", 60),),
    "高橋": (("髙橋", 150), ("高𣘺", 5)),
    "山崎": (("山﨑", 200),),
    "宮崎": (("宮﨑", 200),),
    "渡辺": (("渡邉", 200), ("渡邊", 180)),
    "斎藤": (("斉藤", 350), ("齋藤", 150), ("齊藤", 90)),
    "浜田": (("濱田", 250), ("濵田", 150)),
    "高木": (("髙木", 120),),
    "桜井": (("櫻井", 300),),
    "沢田": (("澤田", 400),),
    "小沢": (("小澤", 500),),
    "広瀬": (("廣瀬", 250),),
    "辻": (("辻\U000e0101", 150),),
    "越智": (("葛\U000e0100城", 500),),
}
_VARIANT_KANA: Final = {"葛\U000e0100城": "カツラギ"}

_GIVEN: Final = {
    # born before 1955, 1955–1989, from 1990
    ("1", 0): _pairs(
        "清/キヨシ 勇/イサム 茂/シゲル 正/タダシ 進/ススム 三郎/サブロウ 昭/アキラ 弘/ヒロシ "
        "実/ミノル 博/ヒロシ 勝/マサル 武/タケシ 正雄/マサオ 和夫/カズオ 幸雄/ユキオ "
        "義雄/ヨシオ 辰夫/タツオ 忠/タダシ 隆/タカシ 健治/ケンジ 光男/ミツオ 喜一/キイチ "
        "栄一/エイイチ 敏夫/トシオ 良三/リョウゾウ 孝/タカシ 昇/ノボル 稔/ミノル"
    ),
    ("2", 0): _pairs(
        "和子/カズコ 幸子/サチコ 節子/セツコ 洋子/ヨウコ 弘子/ヒロコ 文子/フミコ 千代/チヨ "
        "久子/ヒサコ 信子/ノブコ 京子/キョウコ 静子/シズコ 敏子/トシコ 美代子/ミヨコ "
        "悦子/エツコ 良子/ヨシコ 勝子/カツコ 光子/ミツコ ハル/ハル キヨ/キヨ 富美子/フミコ "
        "恵美子/エミコ 礼子/レイコ 貞子/サダコ 和枝/カズエ 道子/ミチコ 清子/キヨコ"
    ),
    ("1", 1): _pairs(
        "誠/マコト 浩/ヒロシ 修/オサム 隆/タカシ 哲也/テツヤ 健一/ケンイチ 浩二/コウジ "
        "大輔/ダイスケ 剛/ツヨシ 学/マナブ 健太郎/ケンタロウ 雅人/マサト 直人/ナオト "
        "秀樹/ヒデキ 和彦/カズヒコ 英明/ヒデアキ 達也/タツヤ 裕之/ヒロユキ 智/サトシ "
        "康弘/ヤスヒロ 慎一/シンイチ 徹/トオル 亮/リョウ 正樹/マサキ 洋平/ヨウヘイ "
        "俊介/シュンスケ 祐介/ユウスケ 貴之/タカユキ 伸二/シンジ 崇/タカシ"
    ),
    ("2", 1): _pairs(
        "由美子/ユミコ 真由美/マユミ 智子/トモコ 久美子/クミコ 陽子/ヨウコ 裕子/ユウコ "
        "恵子/ケイコ 直美/ナオミ 美香/ミカ 愛/アイ 恵/メグミ 純子/ジュンコ 典子/ノリコ "
        "理恵/リエ 千春/チハル 麻衣/マイ 絵美/エミ 美穂/ミホ 優子/ユウコ 明子/アキコ "
        "美紀/ミキ 香/カオリ 佳代/カヨ 沙織/サオリ 真理子/マリコ 友美/トモミ 綾/アヤ "
        "さゆり/サユリ 弥生/ヤヨイ 奈美/ナミ"
    ),
    ("1", 2): _pairs(
        "翔太/ショウタ 大翔/ヒロト 蓮/レン 悠真/ユウマ 湊/ミナト 陽翔/ハルト 颯太/ソウタ "
        "樹/イツキ 健太/ケンタ 大樹/ダイキ 拓海/タクミ 海斗/カイト 駿/シュン 悠人/ユウト "
        "陸/リク 瑛太/エイタ 優斗/ユウト 朝陽/アサヒ 律/リツ 航/ワタル 蒼/アオイ 匠/タクミ "
        "結翔/ユイト 奏/カナデ 隼人/ハヤト 智也/トモヤ 圭吾/ケイゴ 伊織/イオリ"
    ),
    ("2", 2): _pairs(
        "陽菜/ヒナ 結衣/ユイ 葵/アオイ さくら/サクラ 美咲/ミサキ 凛/リン 莉子/リコ 芽依/メイ "
        "紬/ツムギ 結菜/ユナ 七海/ナナミ 彩花/アヤカ 琴音/コトネ 愛菜/マナ 心春/コハル "
        "ひかり/ヒカリ 杏/アン 咲良/サクラ 美月/ミヅキ 真央/マオ 遥/ハルカ 楓/カエデ "
        "優奈/ユウナ 詩/ウタ 花音/カノン 千尋/チヒロ 桃子/モモコ こころ/ココロ"
    ),
}
_FAKER_GIVEN: Final = {
    "1": tuple((pair[0], pair[1]) for pair in Provider.first_name_male_pairs),
    "2": tuple((pair[0], pair[1]) for pair in Provider.first_name_female_pairs),
}
_SECOND_GENERATION: Final = 1955
_THIRD_GENERATION: Final = 1990

_FREQUENT: Final = {
    (pair[0], pair[1]): int(weight) for pair, weight in Provider.last_name_pairs.items()
}
_OTHERS: Final = tuple(pair for pair in _MORE_SURNAMES if pair not in _FREQUENT)
_SURNAMES: Final = (*_FREQUENT, *_OTHERS)
_SURNAME_WEIGHTS: Final = tuple(
    accumulate(
        [
            *_FREQUENT.values(),
            # Zipf's law from where Faker's list ends.
            *(
                min(_FREQUENT.values()) * len(_FREQUENT) // (len(_FREQUENT) + at)
                for at in range(1, len(_OTHERS) + 1)
            ),
        ]
    )
)


def surname(random: Random) -> tuple[str, str]:
    """Draw a surname and its katakana: frequent ones often, some in another writing."""
    written, kana = random.choices(_SURNAMES, cum_weights=_SURNAME_WEIGHTS)[0]
    if written in _VARIANTS:
        at = random.randrange(1000)
        for variant, share in _VARIANTS[written]:
            if at < share:
                return variant, _VARIANT_KANA.get(variant, kana)
            at -= share
    return written, kana


def given(random: Random, *, sex: str, year: int) -> tuple[str, str]:
    """Draw a given name and its katakana; ``sex`` is "1" (male) or "2", ``year`` of birth."""
    generation = int(year >= _SECOND_GENERATION) + int(year >= _THIRD_GENERATION)
    mine, fakers = _GIVEN[sex, generation], _FAKER_GIVEN[sex]
    at = int(random.random() * (len(mine) + (len(fakers) if generation else 0)))
    return mine[at] if at < len(mine) else fakers[at - len(mine)]


def _foreign(family: str, male: str, female: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {"family": _parts(family), "1": _parts(male), "2": _parts(female)}


def _parts(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(word.replace("_", " ").split("/")) for word in text.split())


# Latin letters of the passport / katakana / characters, where the country writes them.
_FOREIGN: Final = {
    "CHN": _foreign(
        "WANG/ワン/王 LI/リー/李 ZHANG/ジャン/張 LIU/リウ/劉 CHEN/チェン/陳 YANG/ヤン/楊 "
        "ZHAO/ジャオ/趙 HUANG/ホワン/黄 ZHOU/ジョウ/周 WU/ウー/呉 XU/シュー/徐 SUN/スン/孫 "
        "MA/マー/馬 ZHU/ジュー/朱 HU/フー/胡 GUO/グオ/郭 LIN/リン/林 HE/ホー/何 GAO/ガオ/高",
        "WEI/ウェイ/偉 QIANG/チアン/強 LEI/レイ/磊 JUN/ジュン/軍 YONG/ヨン/勇 JIE/ジエ/傑 "
        "TAO/タオ/濤 MING/ミン/明 CHAO/チャオ/超 HAO/ハオ/浩 JIANHUA/ジエンホワ/建華 "
        "ZHIQIANG/ジーチアン/志強 XIAOLONG/シャオロン/小龍 WENBO/ウェンボー/文博",
        "FANG/ファン/芳 NA/ナー/娜 MIN/ミン/敏 JING/ジン/静 LI/リー/麗 YAN/イェン/艶 "
        "JUAN/ジュエン/娟 XIA/シア/霞 XIULAN/シウラン/秀蘭 TING/ティン/婷 XUE/シュエ/雪 "
        "MEILING/メイリン/美玲 YUTONG/ユートン/雨桐 XINYI/シンイー/欣怡",
    ),
    "VNM": _foreign(
        "NGUYEN/グエン TRAN/チャン LE/レ PHAM/ファム HOANG/ホアン VU/ヴ DANG/ダン BUI/ブイ DO/ド",
        "VAN_HUNG/ヴァン_フン VAN_NAM/ヴァン_ナム MINH_DUC/ミン_ドゥック QUANG_HUY/クアン_フイ "
        "TUAN_ANH/トゥアン_アイン DINH_LONG/ディン_ロン",
        "THI_HOA/ティ_ホア THI_LAN/ティ_ラン THI_HUONG/ティ_フオン THI_MAI/ティ_マイ "
        "THU_TRANG/トゥ_チャン NGOC_ANH/ゴック_アイン",
    ),
    "KOR": _foreign(
        "KIM/キム/金 LEE/イ/李 PARK/パク/朴 CHOI/チェ/崔 JUNG/チョン/鄭 KANG/カン/姜 CHO/チョ/趙",
        "MINJUN/ミンジュン/敏俊 JIHOON/ジフン/智勲 SUNGHO/ソンホ/成浩 YOUNGSOO/ヨンス/英洙",
        "SEOYEON/ソヨン/瑞妍 MINJI/ミンジ/敏智 YOUNGHEE/ヨンヒ/英姫 SUJIN/スジン/秀珍",
    ),
    "PHL": _foreign(
        "SANTOS/サントス REYES/レイエス CRUZ/クルス BAUTISTA/バウティスタ GARCIA/ガルシア "
        "MENDOZA/メンドーサ DELA_CRUZ/デラ_クルス",
        "JOSE_MARIE/ホセ_マリー MARK_ANTHONY/マーク_アンソニー JOHN_PAUL/ジョン_ポール",
        "MARIA_CRISTINA/マリア_クリスティナ ANGELICA/アンジェリカ ROSE_ANN/ローズ_アン "
        "JENNIFER/ジェニファー",
    ),
    "TUR": _foreign(
        "YILMAZ/ユルマズ KAYA/カヤ DEMIR/デミル CELIK/チェリク SAHIN/シャヒン ARSLAN/アルスラン",
        "MEHMET/メフメト MUSTAFA/ムスタファ AHMET/アフメト ALI/アリ",
        "FATMA/ファトマ AYSE/アイシェ EMINE/エミネ ZEYNEP/ゼイネプ",
    ),
    "NPL": _foreign(
        "SHRESTHA/シュレスタ GURUNG/グルン THAPA/タパ TAMANG/タマン RAI/ライ MAGAR/マガル",
        "BIKASH/ビカス RAMESH/ラメシュ SURESH/スレス PRAKASH/プラカス",
        "SITA/シタ ANITA/アニタ SUNITA/スニタ LAXMI/ラクシュミ",
    ),
    "OTHER": _foreign(
        "SMITH/スミス SILVA/シルバ RAHMAN/ラーマン SUHARTONO/スハルトノ KHAN/カーン "
        "SHARMA/シャルマ PEREIRA/ペレイラ SOMCHAI/ソムチャイ",
        "DAVID/デイビッド CARLOS/カルロス MOHAMMED/モハメド BUDI/ブディ RAVI/ラビ",
        "ANNA/アンナ LUCIANA/ルシアナ FATIMA/ファティマ DEWI/デウィ PRIYA/プリヤ",
    ),
}
_ALIASED: Final = {"CHN": 0.06, "KOR": 0.55}
"""Share of people with a Japanese alias (通称); assumed."""


def foreign(random: Random, *, nation: str, sex: str, year: int, family: int) -> ForeignName:
    """Draw a name from a country's list; people with one ``family`` number share the surname."""
    table = _FOREIGN.get(nation, _FOREIGN["OTHER"])
    first = table["family"][family % len(table["family"])]
    second = random.choice(table[sex])
    alias = alias_kana = ""
    if random.random() < _ALIASED.get(nation, 0.02):
        (mine, mine_kana), (own, own_kana) = surname(random), given(random, sex=sex, year=year)
        alias, alias_kana = f"{mine} {own}", f"{mine_kana} {own_kana}"
    characters = f"{first[2]} {second[2]}" if len(first) > len(("latin", "kana")) else ""
    return ForeignName(
        latin=f"{first[0]} {second[0]}",
        kana=f"{first[1]} {second[1]}",
        characters=characters,
        alias=alias,
        alias_kana=alias_kana,
    )
