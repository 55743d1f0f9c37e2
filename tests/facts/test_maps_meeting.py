"""Who may be one is looked for among those who share a key: nobody is found otherwise than among everybody."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tenfold.facts.declaration import TABLES
from tenfold.facts.maps.fill import ROW
from tenfold.facts.maps.who import People, keys_on_record, keys_to_meet, mentions_of, met
from tenfold.methods.phones import e164, tail

NAMES = (
    "王小明", "王 小明", "王小明（北京）", "Xiaoming Wang", "WANG, Xiaoming", "wang xiaoming",
    "青松资本", "青松資本", "杭州青松资本管理有限公司", "青松资本（杭州）有限公司", "青·松资本",
    "Pine Capital", "PINE  CAPITAL", "Pine Capital, LLC", "Pine Capital GmbH", "Pine (Asia) Capital Ltd.",
    "Müller GmbH", "Muller", "海棠股权投资基金（有限合伙）", "O'Neill", "Ｐｉｎｅ Capital",
)  # fmt: skip
PHONES = ("", "13800138000", "+86 138-0013-8000", "008613800138000", "138 0013 8000 转 12", "+1 (312) 555-0187")
MAILS = ("", "a@example.org", "A@Example.org ", "b@example.org")
EMPLOYERS = ("", "firm1", "firm2")
COUNTRY = "CN"

said = st.tuples(
    st.sampled_from(("person", "organisation")), st.sampled_from(NAMES), st.sampled_from(MAILS), st.sampled_from(PHONES)
)


def parties(rows: list[tuple[tuple[str, str, str, str], str, int]]) -> pl.DataFrame:
    """Return rows of `parties`, each perhaps with another name, or merged into an earlier one."""
    made = []
    for number, ((type, name, email, phone), other, into) in enumerate(rows):
        merged = f"p{into % number}" if number and into else None
        told = {"type": type, "name": name, "name_other": other, "email": email, "phone": phone}
        made.append({"fact": f"f{number}", "party": f"p{number}", "merged_into": merged} | told)
    return pl.DataFrame(made, TABLES["parties"].schema)


@given(
    st.lists(st.tuples(said, st.sampled_from(("", *NAMES)), st.integers(0, 4)), min_size=1, max_size=8),
    st.lists(st.sampled_from(EMPLOYERS), min_size=8, max_size=8),
    said,
    st.sampled_from(EMPLOYERS),
)
def test_among_those_who_share_a_key_the_same_are_found(rows, employers, new, employer):
    everybody = parties(rows)
    works = [
        {"fact": f"w{number}", "party": f"p{number}", "organisation": one}
        for number, one in enumerate(employers)
        if one
    ]
    affiliations = pl.DataFrame(works, TABLES["affiliations"].schema)
    type, name, email, phone = new
    told = {"name": name, "organisation": employer, "email": email, "phone": phone}
    mention = mentions_of(pl.DataFrame([{ROW: 1, **told}]), pl.Series([type]), {one: one for one in told}, COUNTRY)
    keys = keys_to_meet(mention)
    found = {row["party"] for row in everybody.iter_rows(named=True) if keys & {*keys_on_record(row)}}
    into = dict(everybody.select("party", "merged_into").drop_nulls().iter_rows())
    while new_ones := {into[party] for party in found if party in into} - found:
        found |= new_ones
    few = [table.filter(pl.col("party").is_in(list(found))) for table in (everybody, affiliations)]
    assert met(People.of(*few, COUNTRY, {}), mention) == met(People.of(everybody, affiliations, COUNTRY, {}), mention)


@given(st.sampled_from(PHONES), st.sampled_from(PHONES))
def test_two_ways_of_writing_one_number_end_alike(one, two):
    if one and two and e164(one, COUNTRY) == e164(two, COUNTRY):
        assert tail(one) == tail(two) != ""
