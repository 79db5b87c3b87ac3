"""The walls of the exchange: what the database refuses, whoever asks.

Rows are added and never changed (the privileges beside the models); events follow each other and
end where a file ends; a record is tried again only while it is open; and a record as it was
received is not there for the web role where it is about somebody under a protection measure.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

CODES = {
    "file.direction": "in out",
    "file.partner": "resident_register tax welfare disability children health_insurance collection"
    " online agency personnel",
    "event.kind": "arrived refused waiting applied set_aside made checked released sent"
    " acknowledged withdrawn resent",
    "record.outcome": "applied nothing repeated held refused matched probable unmatched set_aside",
    "difference.what": "name birth_date sex band date category missing_here missing_there",
    "run_phase.phase": "in effects candidates out",
}

FORMS = {
    "file.digest": "digest ~ '^[0-9a-f]{64}$' AND size >= 0",
    "file.maker": "recorded_by >= 0",
    "event.maker": "staff >= 0 AND number > 0",
    "event.reason": "kind NOT IN ('refused', 'set_aside', 'withdrawn', 'resent')"
    " OR btrim(reason, U&' \\3000') <> ''",
    "record.maker": "staff >= 0 AND number > 0 AND attempt > 0",
    "raw.number": "number > 0",
    "match.score": "score BETWEEN 0 AND 100",
    "settlement.reason": "btrim(reason, U&' \\3000') <> '' AND staff > 0",
    "sent.number": "number > 0 AND key <> ''",
    "password.digest": "blind ~ '^[0-9a-f]{64}$'",
    "run.maker": "started_by >= 0",
}

# Load-bearing: nothing happens to a file after it was refused, applied, set aside or withdrawn
# (tests/interchange/test_walls.py).
EVENTS = """
CREATE FUNCTION interchange_event_follows() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before record;
    way text;
BEGIN
    SELECT number, kind INTO before FROM interchange_event
        WHERE file_id = NEW.file_id ORDER BY number DESC LIMIT 1;
    SELECT direction INTO way FROM interchange_file WHERE id = NEW.file_id;
    IF NEW.number <> COALESCE(before.number, 0) + 1
        OR before.kind IN ('refused', 'applied', 'set_aside', 'withdrawn')
        OR (NEW.number = 1 AND NEW.kind NOT IN ('arrived', 'refused', 'waiting', 'made'))
        OR (way = 'in') <> (NEW.kind IN ('arrived', 'refused', 'waiting', 'applied', 'set_aside'))
    THEN
        RAISE EXCEPTION 'an event follows the last one, of a file that is not at its end'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER interchange_event_follows BEFORE INSERT ON interchange_event
    FOR EACH ROW EXECUTE FUNCTION interchange_event_follows();
"""
NO_EVENTS = """
DROP TRIGGER interchange_event_follows ON interchange_event;
DROP FUNCTION interchange_event_follows();
"""

# The first attempt, of which there are many, needs no look at the others: it is there once.
ATTEMPTS = """
CREATE FUNCTION interchange_record_follows() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM interchange_record AS before
        WHERE before.file_id = NEW.file_id AND before.number = NEW.number
            AND before.attempt = NEW.attempt - 1
            AND before.outcome IN ('held', 'refused', 'probable', 'unmatched'))
    THEN
        RAISE EXCEPTION 'a record is tried again while its last attempt is open'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER interchange_record_follows BEFORE INSERT ON interchange_record
    FOR EACH ROW WHEN (NEW.attempt > 1) EXECUTE FUNCTION interchange_record_follows();
CREATE INDEX interchange_record_again ON interchange_record (file_id, number)
    WHERE attempt > 1;
"""
NO_ATTEMPTS = """
DROP INDEX interchange_record_again;
DROP TRIGGER interchange_record_follows ON interchange_record;
DROP FUNCTION interchange_record_follows();
"""

# Load-bearing: whom a record is about may be known only later, or be one of several candidates; if
# any of them is protected the bytes are sealed (tests/interchange/test_walls.py).
SEAL = """
CREATE FUNCTION interchange_raw_opens(file bigint, place integer, person bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT NOT EXISTS (
        SELECT FROM (
            SELECT interchange_raw_opens.person AS one
            UNION SELECT r.person_id FROM interchange_record AS r
                WHERE r.file_id = file AND r.number = place
            UNION SELECT c.person_id FROM interchange_match AS m
                JOIN cases_case AS c ON c.id = m.case_id
                WHERE m.file_id = file AND m.number = place) AS about
        WHERE one IS NOT NULL AND protection_covers(one) AND NOT openings_stand(one, 'protected'))
$$;
REVOKE ALL ON FUNCTION interchange_raw_opens(bigint, integer, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION interchange_raw_opens(bigint, integer, bigint) TO kokunen_web;
ALTER TABLE interchange_raw ENABLE ROW LEVEL SECURITY;
CREATE POLICY sealed ON interchange_raw FOR SELECT TO kokunen_web
    USING (interchange_raw_opens(file_id, number, person_id));
CREATE POLICY added ON interchange_raw FOR INSERT TO kokunen_web WITH CHECK (true);
CREATE POLICY batch ON interchange_raw TO kokunen_batch USING (true);
"""
NO_SEAL = """
DROP POLICY batch ON interchange_raw;
DROP POLICY added ON interchange_raw;
DROP POLICY sealed ON interchange_raw;
ALTER TABLE interchange_raw DISABLE ROW LEVEL SECURITY;
DROP FUNCTION interchange_raw_opens(bigint, integer, bigint);
"""


def _check(name: str, rule: str) -> migrations.RunSQL:
    table, what = name.split(".")
    return migrations.RunSQL(
        f"ALTER TABLE interchange_{table} ADD CONSTRAINT interchange_{table}_{what}_form"
        f" CHECK ({rule})",
        f"ALTER TABLE interchange_{table} DROP CONSTRAINT interchange_{table}_{what}_form",
    )


def _codes(name: str, codes: str) -> migrations.RunSQL:
    listed = ", ".join(f"'{code}'" for code in codes.split(" "))
    return _check(f"{name}_code", f"{name.split('.')[1]} IN ({listed})")


class Migration(migrations.Migration):
    """Walls of the exchange."""

    dependencies: ClassVar = [
        ("interchange", "0001_initial"),
        ("cases", "0002_walls"),
        ("people", "0002_walls"),
        ("openings", "0002_walls"),
        ("protection", "0002_walls"),
    ]
    operations: ClassVar = [
        *(_codes(name, codes) for name, codes in CODES.items()),
        *(_check(name, rule) for name, rule in FORMS.items()),
        migrations.RunSQL(EVENTS, NO_EVENTS),
        migrations.RunSQL(ATTEMPTS, NO_ATTEMPTS),
        migrations.RunSQL(SEAL, NO_SEAL),
    ]
