"""Until when numbers stand, and how a whole cycle of the night compares with them."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    """Add an instant to every run, and the table of comparisons."""

    dependencies = [
        ("store", "0005_opportunities_amount_known"),
    ]

    operations = [
        migrations.AddField(
            model_name="cyclerun",
            name="stands_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Comparison",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("otherwise", models.IntegerField()),
                ("results", models.JSONField()),
                (
                    "community",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.community",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="store.cyclerun"
                    ),
                ),
            ],
            options={
                "db_table": "cycle_comparison",
                "indexes": [models.Index(fields=["community", "-id"], name="comparison_newest")],
            },
            managers=[
                ("rows", django.db.models.manager.Manager()),
            ],
        ),
    ]
