"""The record and its seals: append-only, even for the owner of the tables."""

from typing import ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models

import kokunen.audit.models

# Transaction numbers begin anew in another cluster, where a dump may be restored: the number of an
# entry is unique only together with the cluster's identifier.
EPOCH = """
CREATE FUNCTION audit_epoch() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS 'SELECT system_identifier FROM pg_catalog.pg_control_system()'
"""

# Web and batch lack the privilege; this stops the owner's slip of the hand. Who disables the
# trigger is found by `kokunen audit verify`.
KEEP = """
CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit: % on % is forbidden: the record is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.RunSQL(sql=EPOCH, reverse_sql="DROP FUNCTION audit_epoch()"),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=10)),
                ("operation", models.CharField(max_length=100)),
                ("staff", models.BigIntegerField(null=True)),
                ("staff_number", models.CharField(max_length=64)),
                ("department", models.CharField(max_length=32)),
                ("terminal", models.CharField(max_length=64)),
                ("purpose", models.CharField(max_length=32)),
                ("reason", models.CharField(max_length=1000)),
                ("case_id", models.BigIntegerField(null=True)),
                ("person", models.BigIntegerField(null=True)),
                ("shown_name", models.BooleanField()),
                ("shown_sex", models.BooleanField()),
                ("shown_birth_date", models.BooleanField()),
                ("shown_address", models.BooleanField()),
                (
                    "shown",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("changes", models.JSONField()),
                ("outcome", models.CharField(max_length=200)),
                ("mac", models.BinaryField()),
                ("epoch", models.BigIntegerField(db_default=models.Func(function="audit_epoch"))),
                (
                    "xact",
                    kokunen.audit.models.TransactionNumberField(
                        db_default=models.Func(function="pg_current_xact_id")
                    ),
                ),
            ],
            options={
                "db_table": "audit_entry",
                "indexes": [
                    models.Index(fields=["at", "id"], name="audit_entry_at"),
                    models.Index(
                        condition=models.Q(("person__isnull", False)),
                        fields=["person", "at", "id"],
                        name="audit_entry_person",
                    ),
                    models.Index(fields=["staff_number", "at", "id"], name="audit_entry_staff"),
                    models.Index(
                        condition=models.Q(("case_id__isnull", False)),
                        fields=["case_id", "person"],
                        name="audit_entry_case",
                    ),
                    models.Index(fields=["epoch", "xact"], name="audit_entry_xact"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "act__in",
                                [
                                    "read",
                                    "write",
                                    "refuse",
                                    "open",
                                    "sign_in",
                                    "sign_out",
                                    "run",
                                    "export",
                                ],
                            )
                        ),
                        name="audit_entry_act",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("act__in", ["open", "read"]), _negated=True),
                            ("person__isnull", True),
                            models.Q(("purpose", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="audit_entry_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("staff__isnull", True),
                            models.Q(
                                models.Q(("staff_number", ""), _negated=True),
                                models.Q(("department", ""), _negated=True),
                                models.Q(("terminal", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="audit_entry_staff_complete",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("epoch", models.BigIntegerField()),
                ("from_xact", models.BigIntegerField()),
                ("upto_xact", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
                ("digest", models.BinaryField()),
                ("previous", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
                ("sealed_by", models.CharField(max_length=64)),
                ("mac", models.BinaryField()),
            ],
            options={
                "db_table": "audit_seal",
                "constraints": [
                    models.UniqueConstraint(fields=("epoch", "from_xact"), name="audit_seal_once"),
                    models.UniqueConstraint(fields=("previous",), name="audit_seal_chain"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("upto_xact__gt", models.F("from_xact")), ("entries__gt", 0)
                        ),
                        name="audit_seal_range",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            sql=KEEP,
            reverse_sql="DROP FUNCTION audit_keep() CASCADE",
        ),
    ]
