"""Who may see and do what: declared policies, and what a viewer may be given of a result."""
