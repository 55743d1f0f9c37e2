"""Today's list is found by its ranks, for the few that have one would else be looked for among all decisions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """An index of the standing decisions that have a rank."""

    dependencies = (("store", "0019_writing_requests"),)
    operations = (
        migrations.AddIndex(
            "decisionresult",
            models.Index(
                fields=["community", "rank"], condition=models.Q(until=None, rank__isnull=False), name="decision_ranked"
            ),
        ),
    )
