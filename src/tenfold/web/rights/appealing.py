"""Until when one may appeal against a decision, as pages say it."""

from datetime import date

from markupsafe import Markup

from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.results import Result
from tenfold.web.rights.viewers import Viewer


def appeal_said(viewer: Viewer, speech: Phrases, decision: Result) -> Markup | None:
    """Return until when one may appeal, or that it is too late now; nothing where a decision does not say it."""
    if "appeal" not in decision:
        return None
    said = decision["appeal"]
    until, today = date.fromisoformat(said["params"]["until"]), local_day(viewer)
    params = {**said["params"], "until": day_said(viewer.language, until, today)}
    if until < today:
        return speech.say("why.appeal.over", **params)
    return speech.message({**said, "params": params})
