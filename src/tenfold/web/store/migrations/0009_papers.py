"""The content of papers that people upload."""

import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table, whose rows are erased with the person whom alone they are about."""

    dependencies = [
        ("store", "0008_entrance"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaperContent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fact", models.CharField(max_length=64)),
                ("ending", models.CharField(max_length=8)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("content", models.BinaryField()),
                (
                    "community",
                    models.ForeignKey(
                        db_index=False, on_delete=models.deletion.PROTECT, related_name="+", to="store.community"
                    ),
                ),
            ],
            options={
                "db_table": "paper_content",
                "constraints": [models.UniqueConstraint(fields=("community", "fact"), name="paper_content_fact")],
            },
            managers=[
                ("rows", django.db.models.manager.Manager()),
            ],
        ),
    ]
