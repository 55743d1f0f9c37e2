"""Querying rows of one community: a manager that gives nothing before it is told whose rows, and never changes one."""

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from tenfold.web.store.models import Community

Row = TypeVar("Row", bound=models.Model)


class Unbound(Exception):
    """A query was about to read rows of every community."""


class Unchangeable(Exception):
    """Something tried to change or delete what is only ever added to."""


class AppendedRows(models.QuerySet[Row]):
    """Rows that are only ever added."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: a row is never changed; what was recorded wrongly is corrected by a new row."""
        raise Unchangeable(self.model.__name__)

    def delete(self) -> NoReturn:
        """Refuse: a row is never deleted."""
        raise Unchangeable(self.model.__name__)


class Bound(models.Manager[Row], Generic[Row]):
    """The manager of whatever belongs to a community: every query begins with `of(community)`."""

    def get_queryset(self) -> NoReturn:
        """Refuse to look into all communities at once."""
        raise Unbound(self.model.__name__)

    def of(self, community: "Community") -> models.QuerySet[Row]:
        """Return the rows of one community."""
        return self._rows().filter(community_id=community.pk)

    def _rows(self) -> models.QuerySet[Row]:
        return models.QuerySet(self.model, using=self._db)


class Appended(Bound[Row]):
    """The manager of rows that are only ever added."""

    def _rows(self) -> models.QuerySet[Row]:
        return AppendedRows(self.model, using=self._db)


class Facts(Appended[Row]):
    """The manager of rows of facts."""

    def counting(self, community: "Community", at: datetime) -> models.QuerySet[Row]:
        """Return the rows of one community that count: they happened by then, nothing corrects them, none is void."""
        return self._uncorrected.filter(community_id=community.pk, occurred_at__lte=at)

    @cached_property
    def _uncorrected(self) -> models.QuerySet[Row]:
        """What counts in whichever community: made once, for to make this question takes longer than to ask it."""
        correction = self._rows().filter(community_id=OuterRef("community_id"), corrects=OuterRef("fact"))
        return self._rows().filter(~Exists(correction), ~Q(void=True))


class AppendOnly(models.Model):
    """A row that is written once: the database itself refuses to change it (see the triggers of the migrations)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to save a second time."""
        if not self._state.adding:
            raise Unchangeable(type(self).__name__)
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: a row is never deleted."""
        raise Unchangeable(type(self).__name__)
