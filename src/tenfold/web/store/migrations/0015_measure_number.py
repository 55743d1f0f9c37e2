"""The value of a measure as a number, by which lists are ordered a page at a time."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models

STANDING = "UPDATE measure_result SET number = {number} WHERE until_id IS NULL AND {value} IS NOT NULL"
# Engine → the value within what a measure says, and that as a number; a word is none.
SAID = {
    "sqlite": ("json_extract(content, '$.value')", "CAST(json_extract(content, '$.value') AS REAL)"),
    "postgresql": ("(content::jsonb ->> 'value')", "(content::jsonb ->> 'value')::double precision"),
}
A_NUMBER = {
    "sqlite": "{value} NOT GLOB '*[^0-9.-]*' AND {value} NOT GLOB '*.*.*'",
    "postgresql": "{value} ~ '^-?[0-9]+([.][0-9]+)?$'",
}


def fill(apps: Apps, editor: Any) -> None:
    """Give what stands its number: what does not change is not written again by the next cycle."""
    vendor = editor.connection.vendor
    value, number = SAID[vendor]
    only = A_NUMBER[vendor].format(value=value)
    editor.execute(STANDING.format(number=f"CASE WHEN {only} THEN {number} END", value=value))


class Migration(migrations.Migration):
    """One column, what it says of what stands, and an index over what lists are ordered by."""

    dependencies = (("store", "0014_sheets"),)
    operations = (
        migrations.AddField("measureresult", "number", models.FloatField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            "measureresult",
            models.Index(
                condition=models.Q(until=None, measure="rel.overdue"),
                fields=["community", "-number", "subject"],
                name="measure_overdue",
            ),
        ),
    )
