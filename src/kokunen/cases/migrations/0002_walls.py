"""The walls of the cases: what the database refuses, whoever asks.

Steps follow each other and their maker cannot be misstated; the numbers of the cases that are not
over are kept by a trigger; what stands on a protected person's filing is sealed; and incomes open
for the tested people of an open case alone (in place of the policy of ``people`` 0002).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

CODES = """
ALTER TABLE cases_case
    ADD CONSTRAINT cases_case_codes CHECK (
        channel IN ('counter', 'post', 'online', 'agency', 'office')
        AND filer IN ('self', 'head', 'proxy', 'survivor', 'office') AND filing <> ''),
    ADD CONSTRAINT cases_case_maker CHECK (recorded_by >= 0);
ALTER TABLE cases_step
    ADD CONSTRAINT cases_step_kind CHECK (kind IN ('received', 'taken', 'asked', 'completed',
        'corrected', 'examined', 'sent_back', 'forwarded', 'granted', 'refused', 'returned',
        'notified', 'closed', 'withdrawn')),
    ADD CONSTRAINT cases_step_number CHECK ((number = 1) = (kind = 'received') AND number > 0),
    ADD CONSTRAINT cases_step_maker CHECK (staff >= 0 AND (maker = staff
        OR kind NOT IN ('received', 'completed', 'corrected'))),
    ADD CONSTRAINT cases_step_reason CHECK (btrim(reason, U&' \\3000') <> ''
        OR kind NOT IN ('asked', 'corrected', 'sent_back', 'returned', 'withdrawn'));
ALTER TABLE cases_particulars
    ADD CONSTRAINT cases_particulars_of_a_step FOREIGN KEY (case_id, number)
        REFERENCES cases_step (case_id, number);
ALTER TABLE cases_tested
    ADD CONSTRAINT cases_tested_at_a_step FOREIGN KEY (case_id, number)
        REFERENCES cases_step (case_id, number),
    ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id();
"""
NO_CODES = """
ALTER TABLE cases_tested DROP COLUMN xact, DROP CONSTRAINT cases_tested_at_a_step;
ALTER TABLE cases_particulars DROP CONSTRAINT cases_particulars_of_a_step;
ALTER TABLE cases_step DROP CONSTRAINT cases_step_reason, DROP CONSTRAINT cases_step_maker,
    DROP CONSTRAINT cases_step_number, DROP CONSTRAINT cases_step_kind;
ALTER TABLE cases_case DROP CONSTRAINT cases_case_maker, DROP CONSTRAINT cases_case_codes;
"""

# Load-bearing: a step has the maker of the one before it unless it writes particulars itself, so
# that nobody becomes the second person to their own work by misstating whose work it was
# (tests/cases/test_walls.py).
FOLLOWS = """
CREATE FUNCTION cases_step_follows() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before record;
BEGIN
    SELECT number, maker INTO before FROM cases_step
        WHERE case_id = NEW.case_id ORDER BY number DESC LIMIT 1;
    IF NEW.number <> COALESCE(before.number, 0) + 1
        OR (NEW.kind NOT IN ('received', 'completed', 'corrected')
            AND NEW.maker IS DISTINCT FROM before.maker)
    THEN
        RAISE EXCEPTION 'a step follows the last one and keeps its maker'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_step_follows BEFORE INSERT ON cases_step
    FOR EACH ROW EXECUTE FUNCTION cases_step_follows();

CREATE FUNCTION cases_particulars_follow() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM cases_step s JOIN cases_case c ON c.id = s.case_id
        WHERE s.case_id = NEW.case_id AND s.number = NEW.number AND c.person_id = NEW.person_id
            AND s.kind IN ('received', 'completed', 'corrected'))
    THEN
        RAISE EXCEPTION 'particulars belong to a step that writes them, and to its person'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_particulars_follow BEFORE INSERT ON cases_particulars
    FOR EACH ROW EXECUTE FUNCTION cases_particulars_follow();
"""
NO_FOLLOWS = """
DROP TRIGGER cases_particulars_follow ON cases_particulars;
DROP FUNCTION cases_particulars_follow();
DROP TRIGGER cases_step_follows ON cases_step;
DROP FUNCTION cases_step_follows();
"""

# An index that the database keeps, not a state that a program writes: nobody but this trigger may
# change it, and it holds what the steps say (tests/cases/test_walls.py).
OPEN = """
CREATE TABLE cases_open (case_id bigint PRIMARY KEY REFERENCES cases_case (id));
COMMENT ON TABLE cases_open IS '完結・取下げしていない案件(処理から導く索引)';
COMMENT ON COLUMN cases_open.case_id IS '案件番号';
CREATE FUNCTION cases_keep_open() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.kind IN ('closed', 'withdrawn') THEN
        DELETE FROM cases_open WHERE case_id = NEW.case_id;
    ELSIF NEW.kind <> 'taken' THEN
        INSERT INTO cases_open VALUES (NEW.case_id) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER cases_keep_open AFTER INSERT ON cases_step
    FOR EACH ROW EXECUTE FUNCTION cases_keep_open();
"""
NO_OPEN = """
DROP TRIGGER cases_keep_open ON cases_step;
DROP FUNCTION cases_keep_open();
DROP TABLE cases_open;
"""

SEAL = """
ALTER TABLE cases_particulars ENABLE ROW LEVEL SECURITY;
CREATE POLICY sealed ON cases_particulars TO kokunen_web
    USING (NOT protection_covers(person_id) OR openings_stand(person_id, 'protected'));
CREATE POLICY batch ON cases_particulars TO kokunen_batch USING (true);
"""
NO_SEAL = """
DROP POLICY batch ON cases_particulars;
DROP POLICY sealed ON cases_particulars;
ALTER TABLE cases_particulars DISABLE ROW LEVEL SECURITY;
"""

# Load-bearing: the tax data of a person is for the case that tests it, while that is open (founding
# document 004, Ⅲ2). Who is tested was committed by an earlier transaction, so that whoever reads an
# income has left a record that cannot be rolled back (tests/cases/test_income_wall.py).
INCOME = r"""
CREATE FUNCTION cases_opens_income(person bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    named text := current_setting('kokunen.case', true);
    of_case bigint;
BEGIN
    IF named IS NULL OR named !~ '^[1-9][0-9]{0,17}$' THEN
        RETURN false;
    END IF;
    of_case := named::bigint;
    RETURN (SELECT kind NOT IN ('closed', 'withdrawn') FROM cases_step
            WHERE case_id = of_case AND kind <> 'taken' ORDER BY number DESC LIMIT 1)
        AND EXISTS (
            SELECT FROM cases_tested AS t
            WHERE t.case_id = of_case AND t.person_id = cases_opens_income.person
                AND t.xact IS DISTINCT FROM pg_current_xact_id_if_assigned()
                AND t.request_id = (SELECT newest.request_id FROM cases_tested AS newest
                    WHERE newest.case_id = of_case ORDER BY newest.id DESC LIMIT 1));
END $$;
REVOKE ALL ON FUNCTION cases_opens_income(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_opens_income(bigint) TO kokunen_web, kokunen_batch;
ALTER POLICY sealed ON people_income USING (cases_opens_income(person_id));
"""
NO_INCOME = """
ALTER POLICY sealed ON people_income
    USING (COALESCE(current_setting('kokunen.case', true), '') <> '');
DROP FUNCTION cases_opens_income(bigint);
"""


class Migration(migrations.Migration):
    """Walls of the cases."""

    dependencies: ClassVar = [
        ("cases", "0001_initial"),
        ("people", "0002_walls"),
        ("openings", "0002_walls"),
        ("protection", "0002_walls"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(CODES, NO_CODES),
        migrations.RunSQL(FOLLOWS, NO_FOLLOWS),
        migrations.RunSQL(OPEN, NO_OPEN),
        migrations.RunSQL(SEAL, NO_SEAL),
        migrations.RunSQL(INCOME, NO_INCOME),
    ]
