"""Rows of facts, the journal and charters are only ever added."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations

from tenfold.web.store.triggers import statements


def refuse_changes(apps: Apps, editor: Any) -> None:
    """Make the triggers of every table that is there by now."""
    tables = [model._meta.db_table for model in apps.get_app_config("store").get_models()]
    kept = [
        name
        for name in tables
        if name.startswith("facts_") or name in ("journal_entry", "charter_text", "charter_draft")
    ]
    for statement in statements(editor.connection.vendor, kept):
        editor.execute(statement)


class Migration(migrations.Migration):
    """The triggers of what is there from the start."""

    dependencies = [("store", "0001_initial")]

    operations = [migrations.RunPython(refuse_changes, migrations.RunPython.noop)]
