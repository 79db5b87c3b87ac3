"""Row-level security of the vault, and the three functions that look behind it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

SEALED = """
ALTER TABLE vault_my_number
    ADD CONSTRAINT vault_my_number_one_at_a_time
    EXCLUDE USING gist (int8range(person_id, person_id, '[]') WITH &&, valid WITH &&)
    WHERE (superseded_at IS NULL);
ALTER TABLE vault_my_number ENABLE ROW LEVEL SECURITY;
CREATE POLICY written ON vault_my_number FOR INSERT TO kokunen_web WITH CHECK (true);
CREATE POLICY opened ON vault_my_number FOR SELECT TO kokunen_web
    USING (openings_stand(person_id, 'my_number'));
-- The program that changes the keys goes through every row; it meets ciphertexts only.
CREATE POLICY rotated ON vault_my_number TO kokunen_batch USING (true) WITH CHECK (true);
"""
UNSEALED = """
DROP POLICY rotated ON vault_my_number;
DROP POLICY opened ON vault_my_number;
DROP POLICY written ON vault_my_number;
ALTER TABLE vault_my_number DISABLE ROW LEVEL SECURITY;
ALTER TABLE vault_my_number DROP CONSTRAINT vault_my_number_one_at_a_time;
"""

# A number that is recorded from a day ends what stood from that day on. The leftover piece keeps
# its ciphertext: the same text under the same person and key, so no nonce is used for two texts.
CLOSE = """
CREATE FUNCTION vault_close(person bigint, since date, at timestamptz, successor uuid)
    RETURNS SETOF uuid
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    closed vault_my_number%ROWTYPE;
BEGIN
    FOR closed IN
        UPDATE vault_my_number AS v
        SET superseded_at = vault_close.at, superseded_by_id = vault_close.successor
        WHERE v.person_id = vault_close.person AND v.superseded_at IS NULL
          AND v.valid && daterange(vault_close.since, NULL)
        RETURNING v.*
    LOOP
        RETURN NEXT closed.id;
        IF lower(closed.valid) < vault_close.since THEN
            closed.id := gen_random_uuid();
            closed.valid := daterange(lower(closed.valid), vault_close.since);
            closed.recorded_at := vault_close.at;
            closed.superseded_at := NULL;
            closed.superseded_by_id := NULL;
            INSERT INTO vault_my_number SELECT closed.*;
        END IF;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION vault_close(bigint, date, timestamptz, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault_close(bigint, date, timestamptz, uuid)
    TO kokunen_web, kokunen_batch;
"""

# Answers yes or no, and only to who holds the key: no other number than the one in hand.
TAKEN = """
CREATE FUNCTION vault_taken(person bigint, blinds bytea[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM vault_my_number AS v
                   WHERE v.blind = ANY (blinds) AND v.person_id <> person
                     AND v.superseded_at IS NULL);
END $$;
REVOKE ALL ON FUNCTION vault_taken(bigint, bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault_taken(bigint, bytea[]) TO kokunen_web, kokunen_batch;
"""

# Load-bearing. There is no person to open yet, so the entry of the record itself stands for the
# opening: committed by an earlier transaction, of this member of staff, with purpose and case.
HOLDER = """
CREATE FUNCTION vault_holder(entry uuid, blinds bytea[]) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM audit_entry AS e
        WHERE e.id = entry AND e.operation = 'vault.find_person' AND e.act = 'open'
          AND e.purpose <> '' AND e.case_id IS NOT NULL
          AND e.staff::text = current_setting('kokunen.staff', true)
          AND statement_timestamp() BETWEEN e.at - interval '1 minute'
                                        AND e.at + interval '5 minutes'
          AND e.xact IS DISTINCT FROM pg_current_xact_id_if_assigned()) THEN
        RAISE EXCEPTION 'no committed record of this search' USING ERRCODE = '42501';
    END IF;
    RETURN (SELECT v.person_id FROM vault_my_number AS v
            WHERE v.blind = ANY (blinds) AND v.superseded_at IS NULL AND upper_inf(v.valid)
            LIMIT 1);
END $$;
REVOKE ALL ON FUNCTION vault_holder(uuid, bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault_holder(uuid, bytea[]) TO kokunen_web, kokunen_batch;
"""


class Migration(migrations.Migration):
    """Walls of the vault."""

    dependencies: ClassVar = [
        ("audit", "0001_initial"),
        ("openings", "0002_walls"),
        ("vault", "0001_initial"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(SEALED, UNSEALED),
        migrations.RunSQL(CLOSE, "DROP FUNCTION vault_close(bigint, date, timestamptz, uuid)"),
        migrations.RunSQL(TAKEN, "DROP FUNCTION vault_taken(bigint, bytea[])"),
        migrations.RunSQL(HOLDER, "DROP FUNCTION vault_holder(uuid, bytea[])"),
    ]
