"""Interaction: who is owed a conversation, and how strong each tie is.

Reads rules    charter section ``interaction``
Reads facts    memberships, interactions
Measures       rel.*, com.*, view.contact
Decides        touches due, cooling relations, unanswered questions
"""
