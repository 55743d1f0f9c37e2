"""How far a file is that a process of its own reads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies = (("store", "0013_account_zone_and_ciphers"),)
    operations = (migrations.AddField("question", "step", models.CharField(default="", max_length=16)),)
