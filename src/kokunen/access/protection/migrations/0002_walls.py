"""The second person, the sealed tables, and ``protection_covers``."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

SECOND_PERSON = """
ALTER TABLE protection_check ADD CONSTRAINT protection_check_of_the_one_who_entered
    FOREIGN KEY (step_id, entered_by) REFERENCES protection_step (id, entered_by);
"""
NO_SECOND_PERSON = """
ALTER TABLE protection_check DROP CONSTRAINT protection_check_of_the_one_who_entered;
"""

# Load-bearing. Only an `ended` step that a second person has accepted uncovers; the end of the
# period does not (tests/access/test_protection.py).
COVERS = """
CREATE FUNCTION protection_covers(person bigint) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        -- Two index look-ups; with OR each call would walk all the measures.
        SELECT FROM (
            SELECT m.id FROM protection_measure AS m WHERE m.person_id = person
            UNION ALL
            SELECT b.measure_id FROM protection_member AS b WHERE b.person_id = person
        ) AS held
        WHERE NOT EXISTS (
            SELECT FROM protection_step AS s
            JOIN protection_check AS c ON c.step_id = s.id AND c.accepted
            WHERE s.measure_id = held.id AND s.kind = 'ended'));
END $$;
REVOKE ALL ON FUNCTION protection_covers(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION protection_covers(bigint) TO kokunen_web, kokunen_batch;
"""

SEALED = """
ALTER TABLE protection_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY written ON protection_member FOR INSERT TO kokunen_web WITH CHECK (true);
CREATE POLICY opened ON protection_member FOR SELECT TO kokunen_web USING (
    openings_stand(applicant_id, 'protected') OR openings_stand(person_id, 'protected'));

ALTER TABLE protection_other_party ENABLE ROW LEVEL SECURITY;
CREATE POLICY written ON protection_other_party FOR INSERT TO kokunen_web WITH CHECK (true);
CREATE POLICY opened ON protection_other_party FOR SELECT TO kokunen_web
    USING (openings_stand(person_id, 'protected'));

ALTER TABLE protection_number_link ENABLE ROW LEVEL SECURITY;
CREATE POLICY written ON protection_number_link FOR INSERT TO kokunen_web WITH CHECK (true);
CREATE POLICY opened ON protection_number_link FOR SELECT TO kokunen_web
    USING (openings_stand(person_id, 'protected'));
"""
UNSEALED = """
DROP POLICY opened ON protection_number_link;
DROP POLICY written ON protection_number_link;
ALTER TABLE protection_number_link DISABLE ROW LEVEL SECURITY;
DROP POLICY opened ON protection_other_party;
DROP POLICY written ON protection_other_party;
ALTER TABLE protection_other_party DISABLE ROW LEVEL SECURITY;
DROP POLICY opened ON protection_member;
DROP POLICY written ON protection_member;
ALTER TABLE protection_member DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """Walls of the protection measures."""

    dependencies: ClassVar = [("openings", "0002_walls"), ("protection", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(SECOND_PERSON, NO_SECOND_PERSON),
        migrations.RunSQL(COVERS, "DROP FUNCTION protection_covers(bigint)"),
        migrations.RunSQL(SEALED, UNSEALED),
    ]
