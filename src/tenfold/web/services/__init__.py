"""One human act, one function: it checks, writes row and journal entry together, and returns."""
