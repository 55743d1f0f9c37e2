"""How somebody likes to look at pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column of seats."""

    dependencies = [
        ("store", "0006_living_numbers"),
    ]

    operations = [
        migrations.AddField(
            model_name="seat",
            name="filters",
            field=models.JSONField(default=dict),
        ),
    ]
