"""Contents are sealed. What lay unsealed is not carried over: no office had it in use."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("linkage", "0001_initial")]

    operations = [
        migrations.RemoveField(model_name="errand", name="content"),
        migrations.RemoveField(model_name="errand", name="answer"),
        migrations.RemoveField(model_name="errand", name="digest"),
        migrations.AddField(
            model_name="errand", name="content", field=models.BinaryField(null=True)
        ),
        migrations.AddField(
            model_name="errand", name="answer", field=models.BinaryField(null=True)
        ),
        migrations.AddField(
            model_name="errand",
            name="digest",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
        migrations.AddField(model_name="file", name="key", field=models.BinaryField(null=True)),
    ]
