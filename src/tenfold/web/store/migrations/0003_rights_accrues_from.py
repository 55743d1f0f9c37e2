"""From when a right bears interest."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add `accrues_from` to the rights."""

    dependencies = [("store", "0002_append_only")]

    operations = [migrations.AddField(model_name="rights", name="accrues_from", field=models.DateField(null=True))]
