"""The walls of the register: what the database refuses, whoever asks.

Kept here and not in the models because they are one idea for all tables of facts: a row is marked
as superseded once, current rows of one lane do not overlap, codes and numbers have their form, and
what a protection measure seals is not there for the web role without a standing opening.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

FACTS = (
    "name",
    "identity",
    "register",
    "stop",
    "foreign",
    "membership",
    "address",
    "phone",
    "basic_number",
    "enrolment",
    "additional",
    "exemption",
    "claim",
    "income",
)

# A range over one text: lets the core's GiST compare codes, without the extension btree_gist.
CODE_RANGE = """
CREATE TYPE people_code_range AS RANGE (SUBTYPE = text, COLLATION = "C");
"""

ONCE = """
CREATE FUNCTION people_supersede_once() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL THEN
        RAISE EXCEPTION 'a fact is superseded once'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

FACT = """
ALTER TABLE people_{0}
    ADD CONSTRAINT people_{0}_holds_on_some_day CHECK (
        NOT isempty(valid) AND COALESCE(isfinite(lower(valid)), true)
        AND COALESCE(isfinite(upper(valid)), true)),
    ADD CONSTRAINT people_{0}_superseded_by_an_entry CHECK (
        (superseded_at IS NULL) = (superseded_entry_id IS NULL)
        AND (superseded_by_id IS NULL OR superseded_at IS NOT NULL)
        AND superseded_at >= recorded_at),
    ADD CONSTRAINT people_{0}_source CHECK (source IN ('application', 'self', 'agency',
        'resident_register', 'tax', 'welfare', 'other_city', 'office'));
CREATE TRIGGER people_{0}_supersede_once BEFORE UPDATE ON people_{0}
    FOR EACH ROW EXECUTE FUNCTION people_supersede_once();
"""
NO_FACT = """
DROP TRIGGER people_{0}_supersede_once ON people_{0};
ALTER TABLE people_{0}
    DROP CONSTRAINT people_{0}_source, DROP CONSTRAINT people_{0}_superseded_by_an_entry,
    DROP CONSTRAINT people_{0}_holds_on_some_day;
"""

# (name, table, further columns of the lane, which rows compete)
PERSON = "int8range(person_id, person_id, '[]') WITH &&, valid WITH &&"
KIND = "people_code_range(kind::text, kind::text, '[]') WITH &&"
LANES = (
    ("people_name_one", "people_name", PERSON, "true"),
    ("people_identity_one", "people_identity", PERSON, "true"),
    ("people_register_one", "people_register", PERSON, "true"),
    (
        "people_stop_one",
        "people_stop",
        f"{PERSON}, people_code_range(scope::text, scope::text, '[]') WITH &&",
        "true",
    ),
    ("people_foreign_one", "people_foreign", PERSON, "true"),
    ("people_membership_one", "people_membership", PERSON, "true"),
    (
        "people_membership_one_head",
        "people_membership",
        "int8range(household_id, household_id, '[]') WITH &&, valid WITH &&",
        "head",
    ),
    ("people_address_one", "people_address", f"{PERSON}, {KIND}", "true"),
    ("people_phone_one", "people_phone", f"{PERSON}, {KIND}", "true"),
    ("people_basic_number_one", "people_basic_number", PERSON, "kind = 'current'"),
    (
        "people_basic_number_of_one_person",
        "people_basic_number",
        "people_code_range(number::text, number::text, '[]') WITH &&, valid WITH &&",
        "kind = 'current'",
    ),
    (
        "people_basic_number_old_once",
        "people_basic_number",
        f"{PERSON}, people_code_range(number::text, number::text, '[]') WITH &&",
        "kind = 'old'",
    ),
    ("people_enrolment_one", "people_enrolment", PERSON, "true"),
    ("people_additional_one", "people_additional", PERSON, "true"),
    (
        "people_exemption_one",
        "people_exemption",
        f"{PERSON}, {KIND}",
        "outcome IN ('', 'approved')",
    ),
    (
        "people_claim_one",
        "people_claim",
        (
            f"{PERSON}, {KIND}, daterange(claimed_on, claimed_on, '[]') WITH &&,"
            " people_code_range(pension_code::text, pension_code::text, '[]') WITH &&"
        ),
        "true",
    ),
    ("people_income_one", "people_income", PERSON, "true"),
)

CODES = {
    "identity.sex": "male female not_stated unknown",
    "register.residency": "japanese foreign non_resident",
    "register.arrival": " birth moved_in from_abroad naturalised ex_officio other",
    "register.removal": " death moved_out abroad nationality ex_officio other",
    "stop.scope": "all notice forwarding",
    "address.kind": "residence previous moved_from moved_to mailing",
    "phone.kind": "home mobile work contact",
    "basic_number.kind": "current old",
    "enrolment.category": "category_1 category_2 category_3 voluntary voluntary_special",
    "exemption.kind": "statutory full three_quarters half one_quarter deferral student childbirth"
    " childcare",
    "exemption.outcome": " approved rejected withdrawn returned",
    "claim.kind": "old_age disability survivor old_age_welfare",
    "claim.outcome": " approved rejected withdrawn returned",
    "income.spouse": " none ordinary elderly",
    "income.disabled": " none ordinary special",
    "income.widow": " none widow special_widow widower single_parent",
    "income.working_student": " no yes",
}
"""Codes of a column; a leading space: also empty, not known."""

FORMS = {
    "person.number": "id BETWEEN 1 AND 999999999999999",
    "household.number": "id BETWEEN 1 AND 999999999999999",
    "name.some": "btrim(name, U&' \\3000') <> '' OR btrim(latin, U&' \\3000') <> ''",
    "identity.always": "lower_inf(valid) AND upper_inf(valid)",
    "register.removed": "removal <> '' OR removed_on IS NULL",
    "foreign.code": "nationality_code ~ '^([A-Z]{3})?$'",
    "address.postal_code": "postal_code ~ '^([0-9]{7})?$'",
    "address.municipality_code": "municipality_code ~ '^([0-9]{5,6})?$'",
    "phone.digits": "number ~ '[0-9\uff10-\uff19]'",
    "basic_number.form": "CASE kind WHEN 'current' THEN number ~ '^[0-9]{10}$'"
    " ELSE number ~ '^[0-9][0-9-]{3,18}[0-9]$' END",
    "exemption.school": "kind = 'student' OR (school_name = '' AND school_kind = ''"
    " AND school_until IS NULL)",
    "exemption.lapse": "kind = 'statutory' OR (statutory_lapsed_on IS NULL"
    " AND statutory_lapsed_cause = '')",
    "exemption.outcome_on": "outcome <> '' OR outcome_on IS NULL",
    "claim.begins": "lower(valid) = claimed_on",
    "claim.pension_code": "pension_code ~ '^([0-9]{4})?$'"
    " AND (kind <> 'old_age_welfare' OR pension_code = '')",
    "claim.certificate": "kind = 'old_age_welfare' OR certificate_number = ''",
    "claim.claimant": "kind = 'survivor' OR (claimant_name = '' AND claimant_relationship = '')",
    "claim.diagnosis": "kind = 'disability' OR (diagnosis_form = '' AND diagnosed_on IS NULL"
    " AND first_seen_on IS NULL)",
    "claim.outcome_on": "outcome <> '' OR outcome_on IS NULL",
    "income.year": "fiscal_year BETWEEN 1961 AND 2117 AND levy_year BETWEEN 1961 AND 2117"
    " AND valid = daterange(make_date(fiscal_year, 4, 1), make_date(fiscal_year + 1, 4, 1))",
    # The total may be a loss; what is deducted and what is counted is never below zero.
    "income.amounts": "LEAST(general, elderly, specified, disabled_dependants,"
    " specially_disabled_dependants, young, 0) = 0 AND LEAST(pension_receipts, pension_income,"
    " net_loss, casualty, medical, social_insurance, spouse_special, 0) = 0",
    "entry.maker": "recorded_by >= 0",
}

# Load-bearing: who entered may not check, and the maker's name cannot be changed on the way
# (tests/people/test_register.py).
SECOND_PERSON = """
ALTER TABLE people_entry ADD CONSTRAINT people_entry_maker_key UNIQUE (request_id, recorded_by);
ALTER TABLE people_check
    ADD CONSTRAINT people_check_of_the_one_who_entered FOREIGN KEY (entry_id, recorded_by)
        REFERENCES people_entry (request_id, recorded_by),
    ADD CONSTRAINT people_check_by_a_second_person
        CHECK (checked_by <> recorded_by AND checked_by > 0);
"""
NO_SECOND_PERSON = """
ALTER TABLE people_check DROP CONSTRAINT people_check_by_a_second_person,
    DROP CONSTRAINT people_check_of_the_one_who_entered;
ALTER TABLE people_entry DROP CONSTRAINT people_entry_maker_key;
"""

OPEN = "NOT protection_covers(person_id) OR openings_stand(person_id, 'protected')"
# A protected person's basic number that is not the present one would lead from the old to the new.
POLICIES = {
    "address": OPEN,
    "phone": OPEN,
    "membership": OPEN,
    "basic_number": f"(kind = 'current' AND upper_inf(valid) AND superseded_at IS NULL) OR {OPEN}",
    "search_key": f"kind NOT IN ('phone', 'old_number') OR {OPEN}",
    # The tax data of a person is for the case of an application alone (founding document 004, Ⅲ2).
    "income": "COALESCE(current_setting('kokunen.case', true), '') <> ''",
}
# The batch role brings the resident register up to date, protected persons included; what leaves
# in a file is masked by the program that writes it. The way from an old number to the new one is
# closed to it all the same.
COVERED = "protection_covers(person_id)"
OF_BATCH = {
    "basic_number": "(kind = 'current' AND upper_inf(valid) AND superseded_at IS NULL)"
    f" OR NOT {COVERED}",
    "search_key": f"kind <> 'old_number' OR NOT {COVERED}",
}
POLICY = """
ALTER TABLE people_{0} ENABLE ROW LEVEL SECURITY;
CREATE POLICY sealed ON people_{0} TO kokunen_web USING ({1});
CREATE POLICY batch ON people_{0} TO kokunen_batch USING ({2});
"""
NO_POLICY = """
DROP POLICY batch ON people_{0};
DROP POLICY sealed ON people_{0};
ALTER TABLE people_{0} DISABLE ROW LEVEL SECURITY;
"""


def _lane(name: str, table: str, lane: str, rows: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name}_at_a_time EXCLUDE USING gist ({lane})"
        f" WHERE (superseded_at IS NULL AND {rows}) DEFERRABLE INITIALLY IMMEDIATE",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}_at_a_time",
    )


def _check(name: str, rule: str) -> migrations.RunSQL:
    table, what = name.split(".")
    return migrations.RunSQL(
        f"ALTER TABLE people_{table} ADD CONSTRAINT people_{table}_{what}_form CHECK ({rule})",
        f"ALTER TABLE people_{table} DROP CONSTRAINT people_{table}_{what}_form",
    )


def _codes(name: str, codes: str) -> migrations.RunSQL:
    listed = ", ".join(f"'{code}'" for code in codes.split(" "))
    return _check(f"{name}_code", f"{name.split('.')[1]} IN ({listed})")


class Migration(migrations.Migration):
    """Walls of the register."""

    dependencies: ClassVar = [
        ("people", "0001_initial"),
        ("openings", "0002_walls"),
        ("protection", "0002_walls"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(CODE_RANGE, "DROP TYPE people_code_range"),
        migrations.RunSQL(ONCE, "DROP FUNCTION people_supersede_once()"),
        *(migrations.RunSQL(FACT.format(fact), NO_FACT.format(fact)) for fact in FACTS),
        *(_lane(*lane) for lane in LANES),
        *(_codes(name, codes) for name, codes in CODES.items()),
        *(_check(name, rule) for name, rule in FORMS.items()),
        migrations.RunSQL(SECOND_PERSON, NO_SECOND_PERSON),
        *(
            migrations.RunSQL(
                POLICY.format(table, rule, OF_BATCH.get(table, "true")), NO_POLICY.format(table)
            )
            for table, rule in POLICIES.items()
        ),
    ]
