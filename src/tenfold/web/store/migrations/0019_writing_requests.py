"""From where something was recorded, beside the journal."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of requests that recorded something, and the request that asks for the reading of a file."""

    dependencies = (("store", "0018_found_by"),)
    operations = (
        migrations.AddField("question", "request", models.JSONField(null=True)),
        migrations.CreateModel(
            name="WritingRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("party", models.TextField()),
                ("request", models.CharField(max_length=32)),
                ("address", models.CharField(default="", max_length=45)),
                (
                    "community",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.community",
                    ),
                ),
            ],
            options={
                "db_table": "writing_request",
                "constraints": [
                    models.UniqueConstraint(fields=("community", "last"), name="writing_request_last"),
                ],
                "indexes": [
                    models.Index(
                        condition=~models.Q(address=""), fields=["community", "at"], name="writing_request_from"
                    ),
                ],
            },
            managers=[("rows", django.db.models.manager.Manager())],
        ),
    )
