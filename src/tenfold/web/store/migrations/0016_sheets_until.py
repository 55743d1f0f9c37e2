"""Until when the process that reads a file has said that it lives."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; a file that was being read during an upgrade has none, and is taken for one whose process died."""

    dependencies = (("store", "0015_measure_number"),)
    operations = (migrations.AddField("question", "until", models.DateTimeField(null=True)),)
