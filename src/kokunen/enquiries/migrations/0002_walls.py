"""The walls of the enquiries: who asked is not misstated; what was written can be sealed."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

WHO_ASKED = """
ALTER TABLE enquiries_step ADD CONSTRAINT enquiries_step_of_the_one_who_asked
    FOREIGN KEY (enquiry_id, asked_by) REFERENCES enquiries_enquiry (id, asked_by);
"""
NO_WHO_ASKED = "ALTER TABLE enquiries_step DROP CONSTRAINT enquiries_step_of_the_one_who_asked"

# Load-bearing (tests/enquiries/test_enquiries.py). A branch may ask about somebody whom a measure
# protects without an opening; to read what was written about them needs one, the own words too.
SEALED = """
ALTER TABLE enquiries_text ENABLE ROW LEVEL SECURITY;
CREATE POLICY sealed ON enquiries_text FOR SELECT TO kokunen_web
    USING (NOT protection_covers(person_id) OR openings_stand(person_id, 'protected'));
CREATE POLICY written ON enquiries_text FOR INSERT TO kokunen_web, kokunen_batch
    WITH CHECK (EXISTS (
        SELECT FROM enquiries_step AS s JOIN enquiries_enquiry AS e ON e.id = s.enquiry_id
        WHERE s.id = step_id AND e.person_id = enquiries_text.person_id));
"""
NO_SEALED = """
DROP POLICY written ON enquiries_text;
DROP POLICY sealed ON enquiries_text;
ALTER TABLE enquiries_text DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """Walls of the enquiries."""

    dependencies: ClassVar = [
        ("enquiries", "0001_initial"),
        ("people", "0002_walls"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(WHO_ASKED, NO_WHO_ASKED),
        migrations.RunSQL(SEALED, NO_SEALED),
    ]
