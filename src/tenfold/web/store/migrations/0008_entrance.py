"""Signing in outside the demo: sessions that end at once, invitations, an outbox, and what is counted over workers."""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import migrations, models


def make_cache(apps: Apps, editor: Any) -> None:
    """Make the table in which attempts are counted."""
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """Accounts, invitations and letters."""

    dependencies = [("store", "0007_seat_filters")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="epoch",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="seat",
            name="since",
            field=models.DateTimeField(auto_now_add=True, null=True),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("party", models.TextField(default="")),
                ("email", models.EmailField(max_length=254)),
                ("token", models.CharField(max_length=64, unique=True)),
                ("by", models.TextField(default="")),
                ("language", models.CharField(max_length=10)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("sent", models.BooleanField(default=False)),
                (
                    "community",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.community",
                    ),
                ),
            ],
            options={"db_table": "invitation"},
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("to", models.TextField()),
                ("subject", models.TextField()),
                ("body", models.TextField()),
            ],
            options={"db_table": "letter"},
        ),
        migrations.RunPython(make_cache, migrations.RunPython.noop),
    ]
