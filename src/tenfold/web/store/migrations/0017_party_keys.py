"""By what parties are found: the database looks for the few that are meant, however many there are."""

from itertools import islice
from typing import Any

import django.db.models.deletion
import django.db.models.manager
from django.apps.registry import Apps
from django.db import migrations, models

from tenfold.web.store.party_keys import keys_of

AT_ONCE = 2_000  # rows in memory


def fill(apps: Apps, editor: Any) -> None:
    """Make the keys of the rows that there are."""
    keys, parties = apps.get_model("store", "PartyKey"), apps.get_model("store", "Parties")
    for community in apps.get_model("store", "Community")._base_manager.order_by("pk"):
        rows = parties._base_manager.filter(community_id=community.pk).values("fact", "party", "type")
        waiting = rows.order_by("sequence").iterator(AT_ONCE)
        while some := list(islice(waiting, AT_ONCE)):
            said = _personal(apps, community, some)
            made = [
                keys(community=community, fact=row["fact"], use=use, key=key)
                for row in some
                for use, key in keys_of(row | said.get(row["fact"], {}))
            ]
            keys._base_manager.bulk_create(made, batch_size=AT_ONCE)


def _personal(apps: Apps, community: Any, rows: Any) -> dict[str, dict[str, str]]:
    """Return fact → its personal cells, as far as they were not erased."""
    cells = apps.get_model("store", "PersonalCell")._base_manager.filter(community=community)
    said: dict[str, dict[str, str]] = {}
    for cell in cells.filter(fact__in=[row["fact"] for row in rows]):
        said.setdefault(cell.fact, {})[cell.column] = cell.text
    return said


class Migration(migrations.Migration):
    """A table of keys, and the keys of what was recorded before."""

    dependencies = (("store", "0016_sheets_until"),)
    operations = (
        migrations.CreateModel(
            name="PartyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fact", models.CharField(max_length=64)),
                ("use", models.CharField(max_length=5)),
                ("key", models.TextField()),
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
                "db_table": "party_key",
                "indexes": [
                    models.Index(fields=["community", "use", "key"], name="party_key_key"),
                    models.Index(fields=["community", "fact"], name="party_key_fact"),
                ],
            },
            managers=[("rows", django.db.models.manager.Manager())],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    )
