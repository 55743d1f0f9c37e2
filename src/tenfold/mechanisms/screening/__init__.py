"""Screening: whom the community still needs, who may enter, and what changes if we say no.

Reads rules    charter section ``screening``
Reads facts    needs, capabilities, gate_checks, ratings, memberships, documents
Measures       scr.*, view.capability
Decides        gate results, scores, set gains, proposals to admit or decline
"""
