"""Random days of a community in the application: what its people record, mend, erase and decide, one act at a time."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from tenfold.terms.days import first_instant
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import erasing, promises, talks, undoing
from tenfold.web.services.acting import Actor
from tenfold.web.store.append import Author, writing
from tenfold.web.store.charters import charter_files, rulebook_of
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current

MEMBERS = ("lin", "zhou", "wang", "chen", "zhao")
FLAGS = ("decision", "question_asked", "complaint", "new_information")
SYSTEM = Author("us")


@dataclass
class Days:
    """Acts in a random order, each kind once before any comes again."""

    community: Community
    viewer_of: Callable[[str], Viewer]
    random: Random
    recorded: list[tuple[str, ...]] = field(default_factory=list)
    waiting: list[Callable[[], object]] = field(default_factory=list)

    def act(self) -> str:
        """Do the next act; return what it was."""
        if not self.waiting:
            kinds = [self.talk, self.promise, self.withdraw, self.remember, self.merge, self.leave, self.erase]
            self.waiting = [*kinds, self.adopt, self.sleep]
            self.random.shuffle(self.waiting)
        doing = self.waiting.pop()
        doing()
        return doing.__name__

    def talk(self) -> None:
        """Somebody talked with some members."""
        members = self.random.sample(MEMBERS, self.random.randint(1, 3))
        done = talks.log_talk(self._by("op"), members=members, channel="call", flags=[self.random.choice(FLAGS)])
        self.recorded.append(done.facts)

    def promise(self) -> None:
        """A member promised something, due in some days."""
        due = self.community.clock + timedelta(days=self.random.randint(1, 30))
        member = self.random.choice(MEMBERS)
        promises.make_promise(self._by("op"), party=member, to_party="us", what="样件", due_at=due)

    def withdraw(self) -> None:
        """What was recorded a moment ago never was."""
        if not self.recorded:
            self.talk()
        undoing.undo(self._by("op"), facts=self.recorded.pop())

    def remember(self) -> None:
        """A talk of months ago comes to mind."""
        at = self.community.clock - timedelta(days=self.random.randint(20, 200))
        talks.log_talk(self._by("op"), members=[self.random.choice(MEMBERS)], channel="call", at=at)

    def merge(self) -> None:
        """Two records are one party."""
        one, other = self.random.sample(MEMBERS, 2)
        with writing(self.community, SYSTEM) as writer:
            writer.add("parties", party=one, type="organisation", name=one, merged_into=other)

    def leave(self) -> None:
        """A member goes."""
        (row,) = current(self.community, "memberships", party=[self.random.choice(MEMBERS)])
        with writing(self.community, SYSTEM) as writer:
            writer.add("memberships", party=row["party"], **{"class": row["class"]}, state="alumni")

    def erase(self) -> None:
        """A person asked to be forgotten."""
        erasing.erase(self._by("comp"), party=self.random.choice(MEMBERS))

    def adopt(self) -> None:
        """A next version of the charter is adopted, in force from tomorrow."""
        before = rulebook_of(self.community).newest
        (text, *_) = charter_files(self.community).values()
        tomorrow = (self.community.clock + timedelta(days=1)).date()
        changes = {
            f"version: {before.version}\n": f"version: {before.version + 1}\n",
            f"effective_from: {before.charter.effective_from}": f"effective_from: {tomorrow}",
            f"half_life: {before.interaction.half_life}": f"half_life: {self.random.randint(20, 90)}d",
        }
        for was, now in changes.items():
            text = text.replace(was.encode(), now.encode(), 1)
        sha256 = hashlib.sha256(text).hexdigest()
        key, effective = f"small-v{before.version + 1}", first_instant(tomorrow, before.charter.timezone)
        with writing(self.community, SYSTEM) as writer:
            writer.charter(before.version + 1, text)
            writer.add(
                "charter_versions", charter_version=key, state="adopted", effective_from=effective, sha256=sha256
            )

    def sleep(self) -> None:
        """A night passes, or some weeks."""
        self.community.clock += timedelta(days=self.random.choice((1, 30)))
        self.community.save()

    def _by(self, party: str) -> Actor:
        return Actor(self.viewer_of(party))
