"""Assessments are sealed like the incomes they used, and only ever inserted."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

# Load-bearing: an assessment names the incomes of everybody tested, so it opens with them and
# closes with the case (tests/exemption/test_income_wall.py). The insured is always tested.
SEAL = """
ALTER TABLE exemption_assessment ENABLE ROW LEVEL SECURITY;
CREATE POLICY sealed ON exemption_assessment TO kokunen_web
    USING (current_setting('kokunen.case', true) = case_id::text
        AND cases_opens_income(person_id));
CREATE POLICY batch ON exemption_assessment TO kokunen_batch USING (true);
ALTER TABLE exemption_assessment ADD CONSTRAINT exemption_assessment_at_a_step
    FOREIGN KEY (case_id, number) REFERENCES cases_step (case_id, number);
"""
NO_SEAL = """
ALTER TABLE exemption_assessment DROP CONSTRAINT exemption_assessment_at_a_step;
DROP POLICY batch ON exemption_assessment;
DROP POLICY sealed ON exemption_assessment;
ALTER TABLE exemption_assessment DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """Walls of the assessments."""

    dependencies: ClassVar = [("exemption", "0001_initial"), ("cases", "0002_walls")]
    operations: ClassVar = [migrations.RunSQL(SEAL, NO_SEAL)]
