"""The value of a measure as a number, by which lists are ordered a page at a time."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models

# Engine → each number that stands, from what the measure says; a word is none.
FILL = {
    "sqlite": """
        UPDATE measure_result SET number = CAST(json_extract(content, '$.value') AS REAL)
        WHERE until_id IS NULL
        AND json_extract(content, '$.value') NOT GLOB '*[^0-9.-]*'
        AND json_extract(content, '$.value') NOT GLOB '*.*.*'
    """,
    "postgresql": """
        UPDATE measure_result SET number = (content::jsonb ->> 'value')::double precision
        WHERE until_id IS NULL AND content::jsonb ->> 'value' ~ '^-?[0-9]+([.][0-9]+)?$'
    """,
}


def fill(apps: Apps, editor: Any) -> None:
    """Give what stands its number: what does not change is not written again by the next cycle."""
    editor.execute(FILL[editor.connection.vendor])


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
