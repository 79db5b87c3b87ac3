"""Several openings stand at once: what may be about several people needs one for each."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_ONE = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

# Load-bearing, as before (0002_walls): each opening is still for one person, and stands or falls
# by itself (tests/access/test_walls.py).
STAND = r"""
CREATE OR REPLACE FUNCTION openings_stand(person bigint, kind text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    named text := current_setting('kokunen.opening', true);
BEGIN
    IF named IS NULL OR named !~ '%(form)s' THEN
        RETURN false;
    END IF;
    RETURN EXISTS (
        SELECT FROM openings_opening AS o
        LEFT JOIN openings_answer AS a ON a.opening_id = o.id
        WHERE o.id = %(named)s
          AND o.person_id = openings_stand.person
          AND o.kind = openings_stand.kind
          AND o.requested_by::text = current_setting('kokunen.staff', true)
          AND statement_timestamp() < LEAST(o.until, o.stated_at + interval '1 hour')
          AND o.xact IS DISTINCT FROM pg_current_xact_id_if_assigned()
          AND a.xact IS DISTINCT FROM COALESCE(pg_current_xact_id_if_assigned(), '0'::xid8)
          AND CASE WHEN o.kind = 'my_number' THEN a.granted IS NOT false
                   ELSE a.granted IS true END);
END $$;
"""
SEVERAL = STAND % {
    "form": f"^{_ONE}(,{_ONE})*$",
    "named": "ANY (string_to_array(named, ',')::uuid[])",
}
ONE = STAND % {"form": f"^{_ONE}$", "named": "named::uuid"}


class Migration(migrations.Migration):
    """Several openings at once."""

    dependencies: ClassVar = [("openings", "0002_walls")]
    operations: ClassVar = [migrations.RunSQL(SEVERAL, ONE)]
