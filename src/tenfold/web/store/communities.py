"""Communities, their charters and their clocks."""

from django.db import models

from tenfold.web.store.bound import Appended, AppendOnly, Bound


class Community(models.Model):
    """One community of this installation.

    name    its address, and the folder's name when it leaves
    clock   from when it is looked at, where that is not now: the demo and history have clocks of their own
    policy  what it changes of the default rights: `classes` class → kind of viewer, `sights` data → viewer → sight
    """

    name = models.SlugField(unique=True)
    clock = models.DateTimeField(null=True)
    policy = models.JSONField(default=dict)

    class Meta:
        db_table = "community"

    def __str__(self) -> str:
        return self.name


class CharterText(AppendOnly):
    """One version of a community's charter, byte for byte."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    sequence = models.BigIntegerField()
    version = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    rows = Appended["CharterText"]()

    class Meta:
        db_table = "charter_text"
        constraints = [models.UniqueConstraint(fields=["community", "version"], name="charter_version")]


class CharterDraft(AppendOnly):
    """The text of a proposed version of the charter; whoever adopts it names its hash."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    sequence = models.BigIntegerField()
    version = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()

    rows = Appended["CharterDraft"]()

    class Meta:
        db_table = "charter_draft"
        indexes = [models.Index(fields=["community", "sha256"], name="charter_draft_hash")]


class Chain(models.Model):
    """The newest entry of a community's journal. This row is what writers lock: one at a time per community."""

    community = models.OneToOneField(Community, models.PROTECT, primary_key=True, related_name="chain")
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(null=True)  # the latest that a row was recorded: the next one comes after it

    class Meta:
        db_table = "chain"


class JournalEntry(AppendOnly):
    """One entry of a community's journal; `body` is the text that was hashed.

    kind   the table of the fact that it accepts, or what else happened
    fact   the id of that fact, unique in the community
    at     when the journal learnt it, by the machine's clock
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    sequence = models.BigIntegerField()
    kind = models.TextField()
    fact = models.CharField(max_length=64, null=True)
    at = models.DateTimeField()
    body = models.TextField()
    hash = models.CharField(max_length=64)

    rows = Appended["JournalEntry"]()

    class Meta:
        db_table = "journal_entry"
        constraints = [
            models.UniqueConstraint(fields=["community", "sequence"], name="journal_sequence"),
            models.UniqueConstraint(fields=["community", "fact"], name="journal_fact"),
        ]


class PersonalCell(models.Model):
    """What a person typed, or is called: the one place of it, so that erasing it here erases it.

    The journal holds a commitment to it, made with the salt: without the salt nobody can find the text by trying.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    sequence = models.BigIntegerField()
    table = models.TextField()
    fact = models.CharField(max_length=64)
    column = models.TextField()
    text = models.TextField()
    salt = models.CharField(max_length=64)

    rows = Bound["PersonalCell"]()

    class Meta:
        db_table = "personal_cell"
        constraints = [models.UniqueConstraint(fields=["community", "fact", "column"], name="personal_cell_once")]
        indexes = [models.Index(fields=["community", "table", "sequence"], name="personal_cell_seq")]
