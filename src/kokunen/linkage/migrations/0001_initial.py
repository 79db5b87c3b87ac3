"""The tables of the platform."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("system", models.TextField()),
                ("address", models.TextField()),
                ("staff_number", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "db_table": "linkage_message",
            },
        ),
        migrations.CreateModel(
            name="RefusalNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("system", models.TextField()),
                ("function", models.TextField()),
                ("code", models.TextField()),
                ("peer", models.TextField()),
            ],
            options={
                "db_table": "linkage_refusal",
            },
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.TextField(unique=True)),
                ("assigned_at", models.DateTimeField()),
            ],
            options={
                "db_table": "linkage_subject",
            },
        ),
        migrations.CreateModel(
            name="System",
            fields=[
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("title", models.TextField()),
            ],
            options={
                "db_table": "linkage_system",
            },
        ),
        migrations.CreateModel(
            name="File",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("sender", models.TextField()),
                ("receiver", models.TextField()),
                ("layout", models.TextField()),
                ("name", models.TextField()),
                ("size", models.BigIntegerField()),
                ("digest", models.TextField()),
                ("state", models.TextField()),
                ("receipt", models.UUIDField(unique=True)),
                ("received_at", models.DateTimeField()),
                ("collections", models.IntegerField(default=0)),
                ("collected_at", models.DateTimeField(null=True)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("acknowledgement", models.UUIDField(null=True)),
            ],
            options={
                "db_table": "linkage_file",
                "indexes": [
                    models.Index(fields=["receiver", "received_at"], name="linkage_file_receiver")
                ],
            },
        ),
        migrations.CreateModel(
            name="Right",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("staff_number", models.TextField()),
                ("function", models.TextField()),
            ],
            options={
                "db_table": "linkage_right",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("staff_number", "function"),
                        name="linkage_right_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("fingerprint", models.TextField(primary_key=True, serialize=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="linkage.system"
                    ),
                ),
            ],
            options={
                "db_table": "linkage_certificate",
            },
        ),
        migrations.CreateModel(
            name="SealedNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("key", models.TextField()),
                ("nonce", models.BinaryField()),
                ("ciphertext", models.BinaryField()),
                ("blind", models.BinaryField(unique=True)),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="linkage.subject"
                    ),
                ),
            ],
            options={
                "db_table": "linkage_sealed_number",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("subject",),
                        name="linkage_sealed_number_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Errand",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("system", models.TextField()),
                ("staff_number", models.TextField()),
                ("basis", models.TextField()),
                (
                    "item_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("content", models.JSONField(null=True)),
                ("digest", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("state", models.TextField()),
                ("code", models.TextField()),
                ("attempts", models.IntegerField()),
                ("next_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("answer", models.JSONField(null=True)),
                ("processing_number", models.TextField()),
                ("handed_at", models.DateTimeField(null=True)),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="linkage.subject"
                    ),
                ),
            ],
            options={
                "db_table": "linkage_errand",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "pending"])),
                        fields=["next_at"],
                        name="linkage_errand_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("processing_number", ""), _negated=True),
                        fields=("processing_number",),
                        name="linkage_errand_processing_number",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Permission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("function", models.TextField()),
                ("by_staff", models.BooleanField()),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="linkage.system"
                    ),
                ),
            ],
            options={
                "db_table": "linkage_permission",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("system", "function"),
                        name="linkage_permission_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LocalNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("local_number", models.TextField()),
                ("residence", models.TextField()),
                ("received_at", models.DateTimeField()),
                ("linked_at", models.DateTimeField(null=True)),
                (
                    "subject",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="linkage.subject"
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="linkage.system"
                    ),
                ),
            ],
            options={
                "db_table": "linkage_local_number",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("system", "local_number"), name="linkage_local_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("function", models.TextField()),
                ("basis", models.TextField()),
                ("item", models.TextField()),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="linkage.system"
                    ),
                ),
            ],
            options={
                "db_table": "linkage_item",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("system", "function", "basis", "item"),
                        name="linkage_item_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                ("layout", models.TextField()),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="linkage.system",
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="linkage.system",
                    ),
                ),
            ],
            options={
                "db_table": "linkage_hand_over",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("sender", "receiver", "layout"),
                        name="linkage_hand_over_once",
                    )
                ],
            },
        ),
    ]
