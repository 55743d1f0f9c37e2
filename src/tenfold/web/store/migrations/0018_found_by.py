"""Rows are found by what they name, in the order of time: without time an index was passed over for a whole reading."""

from itertools import chain

from django.db import migrations, models

# Model, index, the column that it begins with after the community; whether a row may lack it; whether it was there.
FOUND_BY = (
    ("affiliations", "affiliations_party", "party", False, True),
    ("affiliations", "affiliations_organisation", "organisation", False, False),
    ("agreements", "agreements_agreement", "agreement", False, True),
    ("agreements", "agreements_party", "party", False, True),
    ("alertacts", "alert_acts_by", "by", False, True),
    ("alertacts", "alert_acts_because", "because", True, False),
    ("alertacts", "alert_acts_alert", "alert", False, False),
    ("appeals", "appeals_appeal", "appeal", False, True),
    ("appeals", "appeals_party", "party", False, True),
    ("attendances", "attendances_event", "event", False, True),
    ("attendances", "attendances_party", "party", False, False),
    ("attestations", "attestations_contribution", "contribution", False, True),
    ("attestations", "attestations_by", "by", False, False),
    ("capabilities", "capabilities_party", "party", False, True),
    ("cashmovements", "cash_movements_payer", "payer", False, True),
    ("cashmovements", "cash_movements_payee", "payee", False, False),
    ("charterversions", "charter_versions_charter_versi", "charter_version", False, True),
    ("commitments", "commitments_commitment", "commitment", False, True),
    ("commitments", "commitments_party", "party", False, True),
    ("commitments", "commitments_to_party", "to_party", True, False),
    ("commitments", "commitments_verifier", "verifier", True, False),
    ("commitmentsteps", "commitment_steps_commitment", "commitment", False, True),
    ("commitmentsteps", "commitment_steps_by", "by", False, False),
    ("commitmentsteps", "commitment_steps_because", "because", True, False),
    ("consents", "consents_party", "party", False, True),
    ("contributions", "contributions_party", "party", False, True),
    ("decisionacts", "decision_acts_by", "by", False, True),
    ("decisionacts", "decision_acts_decision", "decision", False, False),
    ("documents", "documents_document", "document", False, True),
    ("events", "events_event", "event", False, True),
    ("figures", "figures_party", "party", True, True),
    ("gatechecks", "gate_checks_party", "party", False, True),
    ("gatechecks", "gate_checks_verifier", "verifier", True, False),
    ("gateoutcomes", "gate_outcomes_by", "by", False, True),
    ("grouplinks", "group_links_party", "party", False, True),
    ("grouplinks", "group_links_other", "other", False, False),
    ("holdings", "holdings_party", "party", False, True),
    ("incidents", "incidents_incident", "incident", False, True),
    ("incidents", "incidents_risk", "risk", True, True),
    ("incidents", "incidents_party", "party", True, False),
    ("interactions", "interactions_member", "member", False, True),
    ("interactions", "interactions_other", "other", True, False),
    ("interactions", "interactions_because", "because", True, False),
    ("interviewanswers", "interview_answers_party", "party", False, True),
    ("memberships", "memberships_party", "party", False, True),
    ("memberships", "memberships_sponsor", "sponsor", True, False),
    ("needs", "needs_need", "need", False, True),
    ("needs", "needs_owner", "owner", True, True),
    ("opportunities", "opportunities_opportunity", "opportunity", False, True),
    ("opportunities", "opportunities_round", "round", False, True),
    ("opportunities", "opportunities_party", "party", False, False),
    ("opportunities", "opportunities_introduced_by", "introduced_by", True, False),
    ("parties", "parties_party", "party", False, True),
    ("parties", "parties_merged_into", "merged_into", True, True),
    ("payouts", "payouts_pool", "pool", False, True),
    ("payouts", "payouts_party", "party", False, False),
    ("pools", "pools_pool", "pool", False, True),
    ("pools", "pools_by", "by", True, True),
    ("proposals", "proposals_proposal", "proposal", False, True),
    ("proposals", "proposals_by", "by", False, True),
    ("publications", "publications_publication", "publication", False, True),
    ("ratings", "ratings_party", "party", False, True),
    ("recognitions", "recognitions_giver", "giver", False, True),
    ("recognitions", "recognitions_party", "party", False, False),
    ("referrals", "referrals_referrer", "referrer", False, True),
    ("referrals", "referrals_party", "party", False, False),
    ("rights", "rights_agreement", "agreement", False, True),
    ("rights", "rights_obligor", "obligor", True, False),
    ("rights", "rights_holder", "holder", True, False),
    ("risks", "risks_risk", "risk", False, True),
    ("risks", "risks_owner", "owner", True, True),
    ("roleterms", "role_terms_party", "party", False, True),
    ("rounds", "rounds_round", "round", False, True),
    ("sanctions", "sanctions_sanction", "sanction", False, True),
    ("sanctions", "sanctions_party", "party", False, True),
    ("sanctions", "sanctions_by", "by", True, False),
    ("signatures", "signatures_agreement", "agreement", False, True),
    ("signatures", "signatures_party", "party", False, False),
    ("valuations", "valuations_round", "round", True, True),
    ("vestinggrants", "vesting_grants_party", "party", False, True),
    ("votes", "votes_proposal", "proposal", False, True),
)


def index(name: str, column: str, *, missing: bool) -> models.Index:
    """Return an index as the models declare it."""
    filled = models.Q(**{f"{column}__isnull": False}) if missing else None
    return models.Index(fields=["community_id", column, "occurred_at"], name=name, condition=filled)


class Migration(migrations.Migration):
    """Each index is made anew with time, or made at all."""

    dependencies = (("store", "0017_party_keys"),)
    operations = tuple(
        chain(
            (migrations.RemoveIndex(model, name) for model, name, _, _, there in FOUND_BY if there),
            (
                migrations.AddIndex(model, index(name, column, missing=missing))
                for model, name, column, missing, _ in FOUND_BY
            ),
        )
    )
