"""What is read of many people at once, where reading one by one would take too long.

As ``queries``, with a line in the record for each person; only the statements are fewer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from kokunen.audit.operations import record_reads
from kokunen.people import rows
from kokunen.people.models import Person
from kokunen.people.seen import Seer, given

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from kokunen.access.domain import Field
    from kokunen.audit.domain import Occasion
    from kokunen.people.domain import Recorded, Value


def facts_each(
    *,
    occasions: Mapping[int, Occasion],
    kinds: Collection[str],
    operation: str,
    sees: Collection[Field],
) -> dict[int, dict[str, tuple[Recorded[Value], ...]]]:
    """Return what ``queries.facts`` returns, of each of these people (宛名番号).

    ``occasions`` says on which occasion each is looked at. What a protection measure can seal, and
    incomes, are left out: nothing is opened here.
    """
    seer = Seer(sees=sees, masked=True, case=False)
    with transaction.atomic():
        found = rows.load_each(people=occasions, kinds=seer.kinds() & set(kinds))
        shown = {person: seer.shown(facts) for person, facts in found.items()}
        record_reads(
            (operation, occasions[person], person, given(facts)) for person, facts in shown.items()
        )
    return shown


def keys_of(people: Collection[int]) -> dict[int, UUID]:
    """Return ``queries.key_of`` of each of these people; shows nothing and records nothing."""
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "key"))
