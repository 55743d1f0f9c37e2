"""How one group came to light: a shareholder table, a link confirmed, an amber light, a need, two conversations."""

from tenfold.demo.book import COMPLIANCE, Book

ALERT = "risk.alert:kri_hhi:before"  # amber from before what is remembered


def tell(book: Book) -> None:
    """Write the thread of 恒砺 and 望舒; each fact names what led to it."""
    table = book.document("2026-09-10 11:00", "shareholder_table", "hengli-wangshu", "股东表 · shareholder table")
    book.add(
        "group_links",
        "2026-09-10 11:20",
        fact="link-owns-hengli-wangshu",
        party="hengli",
        other="wangshu",
        relation="owns",
        share="0.20",
        evidence=[table],
    )
    beneficial = book.document(
        "2026-09-14 15:00", "beneficial_owners", "hengli-wangshu", "受益所有人 · beneficial owners"
    )
    book.add(
        "group_links",
        "2026-09-14 15:30",
        fact="link-hengli-wangshu",
        recorded_by=COMPLIANCE,
        party="hengli",
        other="wangshu",
        relation="controls",
        share="0.62",
        evidence=[beneficial],
        because="link-owns-hengli-wangshu",
    )
    book.add(
        "alert_acts",
        "2026-09-21 09:10",
        fact="own-alert-hhi",
        alert=ALERT,
        act="own",
        by="p000002",
        reason="资金来源再找两家 · two more sources",
        because="link-hengli-wangshu",
    )
    book.add(
        "needs",
        "2026-10-12 10:00",
        fact="need-capital-plus",
        need="capital-plus",
        capability="capital",
        owner="qinglan",
        weight=3,
        redundancy=5,
        state="open",
        stage="expansion",
        because=ALERT,
    )
