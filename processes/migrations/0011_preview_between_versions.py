"""A preview may look at moving cases from one published version to another, by a mapping."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("processes", "0010_trials")]

    operations = [
        migrations.AddField(
            model_name="trial",
            name="mapping",
            field=models.JSONField(default=dict, help_text="As in a migration."),
        ),
        migrations.AddField(
            model_name="trial",
            name="target",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="processes.definitionversion",
            ),
        ),
    ]
