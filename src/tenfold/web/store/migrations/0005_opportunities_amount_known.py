"""How exact the amount of a deal is, and the upper end of a range."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns of opportunities."""

    dependencies = [
        ("store", "0004_engines"),
    ]

    operations = [
        migrations.AddField(
            model_name="opportunities",
            name="amount_known",
            field=models.CharField(
                choices=[
                    ("exact", "exact"),
                    ("about", "about"),
                    ("at_least", "at_least"),
                    ("at_most", "at_most"),
                    ("range", "range"),
                ],
                max_length=255,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="opportunities",
            name="amount_to_minor",
            field=models.BigIntegerField(null=True),
        ),
    ]
