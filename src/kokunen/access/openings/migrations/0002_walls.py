"""The columns no program writes, the second person, and ``openings_stand``."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

COLUMNS = """
ALTER TABLE openings_opening
    ADD COLUMN stated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id();
ALTER TABLE openings_answer
    ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    ADD CONSTRAINT openings_answer_to_the_one_who_asked
        FOREIGN KEY (opening_id, requested_by) REFERENCES openings_opening (id, requested_by);
"""
NO_COLUMNS = """
ALTER TABLE openings_answer
    DROP CONSTRAINT openings_answer_to_the_one_who_asked, DROP COLUMN xact;
ALTER TABLE openings_opening DROP COLUMN xact, DROP COLUMN stated_at;
"""

# Load-bearing. The request, and the answer where one is needed, must have been committed by an
# earlier transaction: whoever reads a sealed thing has left a record that cannot be rolled back
# (tests/access/test_walls.py). `stated_at` bounds the time by the database's own clock, so that
# a request dated into the future opens nothing for longer than an hour.
STAND = r"""
CREATE FUNCTION openings_stand(person bigint, kind text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    named text := current_setting('kokunen.opening', true);
BEGIN
    IF named IS NULL OR named !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        RETURN false;
    END IF;
    RETURN EXISTS (
        SELECT FROM openings_opening AS o
        LEFT JOIN openings_answer AS a ON a.opening_id = o.id
        WHERE o.id = named::uuid
          AND o.person_id = openings_stand.person
          AND o.kind = openings_stand.kind
          AND o.requested_by::text = current_setting('kokunen.staff', true)
          AND statement_timestamp() < LEAST(o.until, o.stated_at + interval '1 hour')
          AND o.xact IS DISTINCT FROM pg_current_xact_id_if_assigned()
          AND a.xact IS DISTINCT FROM COALESCE(pg_current_xact_id_if_assigned(), '0'::xid8)
          AND CASE WHEN o.kind = 'my_number' THEN a.granted IS NOT false
                   ELSE a.granted IS true END);
END $$;
REVOKE ALL ON FUNCTION openings_stand(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION openings_stand(bigint, text) TO kokunen_web, kokunen_batch;
"""


class Migration(migrations.Migration):
    """Walls of the openings."""

    dependencies: ClassVar = [("openings", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(COLUMNS, NO_COLUMNS),
        migrations.RunSQL(STAND, "DROP FUNCTION openings_stand(bigint, text)"),
    ]
