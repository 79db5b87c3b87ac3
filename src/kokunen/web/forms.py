"""The forms of the office: what is typed, and how a refusal stands beside the field at fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError

from kokunen.access.domain import NEEDS_CASE, NEEDS_REASON, PURPOSES, ROLE_NAMES
from kokunen.access.protection.domain import EVIDENCE_NAMES, GROUND_NAMES
from kokunen.dates.errors import Refusal
from kokunen.dates.wareki import parse_date
from kokunen.people.codes import AddressKind, PhoneKind, Sex, Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kokunen.people.codes import Code

DATE_HINT: Final = "例 R8.11.21、令和8年11月21日、2026-11-21"
REASON_LENGTH: Final = 400


def beside(form: forms.Form, refusal: Refusal, *, default: str | None = None) -> None:
    """Put a refusal beside its field, or above the form when it belongs to none."""
    name = refusal.field if refusal.field in form.fields else default
    form.add_error(name, f"{refusal.message} {refusal.fix}")


class _Lines(forms.Textarea):
    """Three lines, which grow by hand."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 3})


class Office(forms.Form):
    """A form whose messages say what to do."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own arguments, passed on
        super().__init__(*args, **kwargs)
        for each in self.fields.values():
            each.error_messages["required"] = f"{each.label}が空です。入れてください。"
            each.error_messages["invalid_choice"] = f"{each.label}を一覧から選んでください。"
            each.error_messages["invalid"] = f"{each.label}の形が違います。確かめてください。"

    @property
    def status(self) -> int:
        """The status of the page that shows this form: 422 when something in it is refused."""
        return 422 if self.errors else 200


class WarekiField(forms.CharField):
    """A date in any form an office types; what cannot be read is answered with a suggestion."""

    def __init__(self, *, label: str, required: bool = True, help_text: str = DATE_HINT) -> None:
        super().__init__(label=label, required=required, help_text=help_text, max_length=40)

    def to_python(self, value: object) -> date | None:  # type: ignore[override]  # a CharField that gives a date
        """Return the day, or None for an empty field that may be empty."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return parse_date(text)
        except Refusal as refusal:
            raise ValidationError(f"{refusal.message} {refusal.fix}") from refusal

    def run_validators(self, value: object) -> None:
        """Do nothing: a day has been validated by having been read."""


def choices(codes: type[Code], *, blank: str = "") -> list[tuple[str, str]]:
    """Return the codes for a select, after an empty line where one is wanted."""
    first = [("", blank)] if blank else []
    return [*first, *((each.value, each.label) for each in codes)]


class SearchForm(Office):
    """One box, and what the search is for: each person shown stands in the record with it."""

    text = forms.CharField(
        label="探す言葉",
        max_length=120,
        help_text="氏名(漢字・カナ・ローマ字)、基礎年金番号、宛名番号、生年月日、電話番号",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    purpose = forms.ChoiceField(
        label="処理事由",
        choices=[(code, word) for code, word in PURPOSES.items() if code not in NEEDS_CASE],
    )
    reason = forms.CharField(label="理由", required=False, max_length=REASON_LENGTH)


class PurposeForm(Office):
    """Why a person is looked at."""

    purpose = forms.ChoiceField(
        label="処理事由",
        choices=[
            (
                code,
                word
                + (" ― 案件番号が必要" if code in NEEDS_CASE else "")
                + (" ― 理由が必要" if code in NEEDS_REASON else ""),
            )
            for code, word in PURPOSES.items()
        ],
        widget=forms.RadioSelect,
    )
    case = forms.IntegerField(
        label="案件番号",
        required=False,
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="理由", required=False, max_length=REASON_LENGTH, widget=_Lines()
    )


class ReasonForm(Office):
    """A reason alone."""

    reason = forms.CharField(label="理由", max_length=REASON_LENGTH, widget=_Lines())


class KnownOnForm(Office):
    """As known on a day."""

    known_on = WarekiField(label="知られていた日", help_text="例 R8.11.21")


class CorrectionForm(Office):
    """What every correction states beside the fact itself."""

    valid_from = WarekiField(label="いつから", required=False)
    valid_to = WarekiField(
        label="いつまで(この日から無効)",
        required=False,
        help_text="終わりが決まっていないときは空欄。" + DATE_HINT,
    )
    source = forms.ChoiceField(label="情報の出所", choices=choices(Source))
    source_ref = forms.CharField(label="出所の番号", required=False, max_length=60)
    reason = forms.CharField(label="理由", max_length=REASON_LENGTH, widget=_Lines())
    request_id = forms.UUIDField(widget=forms.HiddenInput)


class NameForm(CorrectionForm):
    """氏名."""

    name = forms.CharField(label="氏名", max_length=100, required=False)
    kana = forms.CharField(label="氏名カナ", max_length=100, required=False)
    latin = forms.CharField(label="ローマ字氏名", max_length=100, required=False)
    alias = forms.CharField(label="通称", max_length=100, required=False)
    alias_kana = forms.CharField(label="通称カナ", max_length=100, required=False)
    field_order = ("name", "kana", "latin", "alias", "alias_kana")


class IdentityForm(Office):
    """生年月日・性別: without a period, so that a change is a correction."""

    birth_date = WarekiField(label="生年月日", required=False)
    birth_date_text = forms.CharField(
        label="生年月日(一部不詳のときの表記)", max_length=30, required=False
    )
    sex = forms.ChoiceField(label="性別", choices=choices(Sex), widget=forms.RadioSelect)
    source = forms.ChoiceField(label="情報の出所", choices=choices(Source))
    source_ref = forms.CharField(label="出所の番号", required=False, max_length=60)
    reason = forms.CharField(label="理由", max_length=REASON_LENGTH, widget=_Lines())
    request_id = forms.UUIDField(widget=forms.HiddenInput)


class AddressForm(CorrectionForm):
    """住所."""

    kind = forms.ChoiceField(label="住所の種類", choices=choices(AddressKind))
    postal_code = forms.CharField(label="郵便番号", max_length=8, required=False, help_text="7けた")
    prefecture = forms.CharField(label="都道府県", max_length=10, required=False)
    city = forms.CharField(label="市区町村", max_length=40, required=False)
    municipality_code = forms.CharField(label="市区町村コード", max_length=6, required=False)
    town = forms.CharField(label="町字", max_length=80, required=False)
    block = forms.CharField(label="番地", max_length=80, required=False)
    building = forms.CharField(label="方書", max_length=120, required=False)
    country = forms.CharField(
        label="国外の国・地域", max_length=60, required=False, help_text="国外の住所のときだけ"
    )
    field_order = (
        "kind", "postal_code", "prefecture", "city", "municipality_code", "town", "block",
        "building", "country",
    )  # fmt: skip

    def clean_postal_code(self) -> str:
        """Take the mark between the digits out."""
        return str(self.cleaned_data["postal_code"]).replace("-", "").replace("−", "")


class PhoneForm(CorrectionForm):
    """電話."""

    kind = forms.ChoiceField(label="電話の種類", choices=choices(PhoneKind))
    number = forms.CharField(label="電話番号", max_length=30)
    field_order = ("kind", "number")


class MembershipForm(CorrectionForm):
    """世帯."""

    household = forms.IntegerField(
        label="世帯番号",
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    head = forms.BooleanField(label="世帯主である", required=False)
    relationship = forms.CharField(label="続柄", max_length=40, required=False)
    field_order = ("household", "head", "relationship")


class AnswerForm(Office):
    """A second person's answer to a request."""

    answer = forms.ChoiceField(
        label="答え",
        choices=[("grant", "承認する"), ("refuse", "認めない")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="理由",
        required=False,
        max_length=REASON_LENGTH,
        widget=_Lines(),
        help_text="認めないときは必ず書きます。",
    )


class MeasureForm(Office):
    """A step of a protection measure: its day and its evidence."""

    on = WarekiField(label="申出のあった日")
    evidence = forms.ChoiceField(label="根拠の書類", choices=list(EVIDENCE_NAMES.items()))
    evidence_ref = forms.CharField(
        label="書類の番号・日付", max_length=100, help_text="例 申出書 令和8年11月24日 第12号"
    )


class RegisterForm(MeasureForm):
    """支援措置の登録."""

    ground = forms.ChoiceField(
        label="支援措置の区分", choices=list(GROUND_NAMES.items()), widget=forms.RadioSelect
    )
    other_name = forms.CharField(label="相手方の氏名", max_length=100, required=False)
    other_relation = forms.CharField(label="相手方との関係", max_length=40, required=False)
    members = forms.CharField(
        label="併せて支援を求める人の宛名番号",
        required=False,
        max_length=200,
        help_text="同じ住所の人。2人以上はスペースで区切ります。",
    )
    field_order = ("ground", "on", "evidence", "evidence_ref", "members")

    def clean_members(self) -> tuple[int, ...]:
        """Read the numbers apart."""
        words = str(self.cleaned_data["members"]).replace("、", " ").replace(",", " ").split()
        try:
            return tuple(int(word) for word in words)
        except ValueError:
            raise ValidationError("宛名番号は数字で入れ、スペースで区切ってください。") from None


class MyNumberForm(Office):
    """Why an individual number is opened: it may be used only for the work of a case."""

    purpose = forms.ChoiceField(
        label="処理事由",
        choices=list(PURPOSES.items()),
        help_text="個人番号は、案件の事務に必要なときだけ使えます(番号法9条)。",
    )
    case = forms.IntegerField(
        label="案件番号",
        min_value=1,
        max_value=2**63 - 1,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(label="何に使うか", max_length=REASON_LENGTH, widget=_Lines())


class AssignForm(Office):
    """A role in a department."""

    role = forms.ChoiceField(label="役割", choices=list(ROLE_NAMES.items()))
    department = forms.ChoiceField(label="所属")
    branch = forms.ChoiceField(label="支所", required=False)
    start = WarekiField(label="始まりの日")
    end = WarekiField(
        label="終わりの日(この日から使えない)",
        required=False,
        help_text="決まっていないときは空欄。" + DATE_HINT,
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's own arguments, passed on
        departments: Mapping[str, str],
        branches: Mapping[str, str],
        **kwargs: Any,  # noqa: ANN401 - as above
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, codes in (("department", departments), ("branch", branches)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - as declared above
            blank = [("", "(本庁)")] if name == "branch" else []
            field.choices = [*blank, *((code, f"{code} {word}") for code, word in codes.items())]


class EndRoleForm(Office):
    """The end of a role."""

    role = forms.ChoiceField(label="役割", choices=list(ROLE_NAMES.items()))
    on = WarekiField(label="終わりの日(この日から使えない)")


class UploadForm(Office):
    """A personnel file."""

    file = forms.FileField(
        label="人事情報ファイル(CSV)",
        help_text="UTF-8 かシフトJIS。5MBまで。全部の行が正しいときだけ反映します。",
    )


class LeaveForm(Office):
    """The end of an account."""

    on = WarekiField(label="使えなくなる日", help_text="退職の次の日。" + DATE_HINT)
