"""Read models: what the last cycles said. Pages read these and the facts; no page computes a cycle."""

from typing import Any, ClassVar

from django.db import models

from tenfold.web.store.bound import Bound
from tenfold.web.store.communities import Community

OVERDUE = "rel.overdue"  # what lists of members are ordered by


class CycleRun(models.Model):
    """One run of the engine over a community: from when, with what knowledge, under which charter.

    sequence      the last journal entry that it knew
    stands_until  when the same facts may say something else; of a failed run, when it is tried again
    error         why it failed, as complaints; the results of the run before then stand
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    sequence = models.BigIntegerField()
    as_of = models.DateTimeField()
    known_at = models.DateTimeField()
    charter_version = models.BigIntegerField()
    finished_at = models.DateTimeField()
    stands_until = models.DateTimeField(null=True)
    error = models.JSONField(null=True)

    rows = Bound["CycleRun"]()

    class Meta:
        db_table = "cycle_run"
        indexes = [models.Index(fields=["community", "-id"], name="cycle_run_newest")]


class Kept(models.Model):
    """A result as it stood from one run until another: only what changed is written again.

    run     the first run that said so
    until   the run that said otherwise; none while it stands
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(CycleRun, models.PROTECT, related_name="+")
    until = models.ForeignKey(CycleRun, models.PROTECT, null=True, related_name="+")

    rows: ClassVar[Bound[Any]]

    class Meta:
        abstract = True


class DecisionResult(Kept):
    """A decision, as `decisions.jsonl` writes it; `rank` is its place on Today's list."""

    decision = models.TextField()
    mechanism = models.TextField()
    kind = models.TextField()
    subject = models.TextField()
    status = models.TextField()
    rank = models.IntegerField(null=True)
    content = models.TextField()

    rows: ClassVar[Bound[Any]] = Bound["DecisionResult"]()

    class Meta:
        db_table = "decision_result"
        constraints = [
            models.UniqueConstraint(
                fields=["community", "decision"], condition=models.Q(until=None), name="decision_stands_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["community", "mechanism", "kind"], condition=models.Q(until=None), name="decision_kind"
            ),
            models.Index(fields=["community", "subject"], condition=models.Q(until=None), name="decision_subject"),
            models.Index(
                fields=["community", "rank"], condition=models.Q(until=None, rank__isnull=False), name="decision_ranked"
            ),
        ]


class MeasureResult(Kept):
    """A measure's value for one subject, numbers as they are written; none: not enough is known.

    number   the value as lists are ordered by it; none too where it is a word
    """

    measure = models.TextField()
    subject = models.TextField()
    number = models.FloatField(null=True)
    content = models.TextField()

    rows: ClassVar[Bound[Any]] = Bound["MeasureResult"]()

    class Meta:
        db_table = "measure_result"
        constraints = [
            models.UniqueConstraint(
                fields=["community", "measure", "subject"], condition=models.Q(until=None), name="measure_stands_once"
            )
        ]
        indexes = [
            models.Index(fields=["community", "subject"], condition=models.Q(until=None), name="measure_subject"),
            models.Index(
                fields=["community", "-number", "subject"],
                condition=models.Q(until=None, measure=OVERDUE),
                name="measure_overdue",
            ),
        ]


class Comparison(models.Model):
    """The whole cycle of a night, from facts read anew, beside what the increments of the day had left standing.

    run        the run whose numbers were standing
    seconds    how long the whole cycle took
    otherwise  how many results it says otherwise; where there are any, that is an incident, and its own stand since
    results    the first of them: decisions by id, measures by id and subject
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(CycleRun, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seconds = models.FloatField()
    otherwise = models.IntegerField()
    results = models.JSONField()

    rows = Bound["Comparison"]()

    class Meta:
        db_table = "cycle_comparison"
        indexes = [models.Index(fields=["community", "-id"], name="comparison_newest")]
