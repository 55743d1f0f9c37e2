"""The log of looks."""

from typing import Any

import django.db.models.deletion
import django.db.models.manager
from django.apps.registry import Apps
from django.db import migrations, models

from tenfold.web.store.triggers import statements


def refuse_changes(apps: Apps, editor: Any) -> None:
    """A look is only ever added."""
    for statement in statements(editor.connection.vendor, ["look"]):
        editor.execute(statement)


class Migration(migrations.Migration):
    """One table."""

    dependencies = [("store", "0011_founding")]

    operations = [
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
                ("about", models.TextField()),
                ("data", models.CharField(max_length=20)),
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
                "db_table": "look",
                "indexes": [
                    models.Index(fields=["community", "about", "-at"], name="look_about"),
                    models.Index(fields=["community", "by", "-at"], name="look_by"),
                ],
            },
            managers=[("rows", django.db.models.manager.Manager())],
        ),
        migrations.RunPython(refuse_changes, migrations.RunPython.noop),
    ]
