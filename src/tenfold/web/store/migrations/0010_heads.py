"""Signed heads of journals, a day each."""

from typing import Any

import django.db.models.deletion
import django.db.models.manager
from django.apps.registry import Apps
from django.db import migrations, models

from tenfold.web.store.triggers import statements


def refuse_changes(apps: Apps, editor: Any) -> None:
    """A signed head is only ever added."""
    for statement in statements(editor.connection.vendor, ["daily_head"]):
        editor.execute(statement)


class Migration(migrations.Migration):
    """One table."""

    dependencies = [("store", "0009_papers")]

    operations = [
        migrations.CreateModel(
            name="DailyHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("sequence", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
                ("root", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("key", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
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
                "db_table": "daily_head",
                "constraints": [models.UniqueConstraint(fields=("community", "day"), name="daily_head_once")],
            },
            managers=[("rows", django.db.models.manager.Manager())],
        ),
        migrations.RunPython(refuse_changes, migrations.RunPython.noop),
    ]
