"""Value: what each segment came for, what it was promised, and what it got.

Reads rules    charter section ``value``
Reads facts    commitments, commitment_steps, survey_answers, interview_answers, contributions
Measures       val.*, view.segment
Decides        undelivered offers, jobs that no offer serves, pulses due
"""
