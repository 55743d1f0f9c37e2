"""Insight: what the facts teach, for which purpose, and what to do next.

Reads rules    charter section ``insight``
Reads facts    parties, consents, decision_acts, interview_answers, and the series of forecasts
Measures       ins.*
Decides        duplicates, preferences, next best actions, calibration
"""
