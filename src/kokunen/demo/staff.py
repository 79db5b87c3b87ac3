"""The invented staff: as many as the real city had, and one reader in each of the other rooms.

**Printed** (as of 2019-03-31): at the main office 9 (a manager, two sub-section heads, six
clerks) and 11 part-time staff, 60 in the branches beside other duties (five of them heads).
**Assumed**: which role each has; the other departments.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from kokunen.access.domain import KIND_NAMES, Kind, Role
from kokunen.demo import names
from kokunen.demo.places import OFFICES

PENSION: Final = "kokunen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department: code, name, kind."""

    code: str
    name: str
    kind: Kind


DEPARTMENTS: Final = (
    Department(code=PENSION, name="市民生活部国民年金課", kind=Kind.PENSION),
    Department(code="joho", name="情報政策課", kind=Kind.SYSTEMS),
    Department(code="kansa", name="監査委員事務局", kind=Kind.AUDIT),
    Department(code="shimin", name="市民課", kind=Kind.REGISTER),
    Department(code="seikatsu", name="生活福祉課", kind=Kind.WELFARE),
    Department(code="kodomo", name="子育て支援課", kind=Kind.CHILDREN),
    Department(code="kokuho", name="国民健康保険課", kind=Kind.HEALTH),
    Department(code="shuno", name="収納課", kind=Kind.COLLECTION),
    Department(code="jiritsu", name="自立支援相談課", kind=Kind.SELF_RELIANCE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """An account of the demonstration. ``shown``: its sign-in is printed, one for each role."""

    id: int
    staff_number: str
    name: str
    kana: str
    department: str
    branch: str
    role: Role
    shown: bool = False


def staff(seed: int) -> tuple[Clerk, ...]:
    """Return every account, in the order of its id, which counts from 1."""
    random = Random(f"{seed}/staff")
    main, *branches = OFFICES
    wanted = [(PENSION, main.code, Role.SUPERVISOR)] * 3  # 課長1, 係長2
    wanted += [(PENSION, main.code, Role.EXAMINER)] * 6  # 正規担当職員6
    wanted += [(PENSION, main.code, Role.COUNTER)] * 11  # 非常勤職員11
    heads = [(PENSION, branch.code, Role.EXAMINER) for branch in branches[:5]]  # 兼任係長5
    wanted += heads
    wanted += [
        (PENSION, branches[at % len(branches)].code, Role.COUNTER) for at in range(55)
    ]  # 兼任職員55
    for other in DEPARTMENTS[1:]:
        of_kind = {Kind.SYSTEMS: Role.ADMINISTRATOR, Kind.AUDIT: Role.AUDITOR}.get(other.kind)
        wanted.append((other.code, main.code, of_kind or Role(other.kind.value)))
    first: set[Role] = set()
    found = []
    for at, (department, branch, role) in enumerate(wanted, start=1):
        family, kana = names.surname(random)
        given, given_kana = names.given(random, sex=random.choice("12"), year=1980)
        found.append(
            Clerk(
                id=at,
                staff_number=f"D{at:04}",
                name=f"{family}\u3000{given}",
                kana=f"{kana}\u3000{given_kana}",
                department=department,
                branch=branch,
                role=role,
                shown=role not in first,
            )
        )
        first.add(role)
    return tuple(found)


def clerks(everyone: tuple[Clerk, ...]) -> tuple[int, ...]:
    """Return the ids of those who enter and check corrections."""
    return tuple(one.id for one in everyone if one.role in (Role.EXAMINER, Role.SUPERVISOR))


def room(code: str) -> str:
    """Return the name of a department with what it is for."""
    department = next(one for one in DEPARTMENTS if one.code == code)
    return f"{department.name}({KIND_NAMES[department.kind]})"
