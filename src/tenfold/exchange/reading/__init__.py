"""The reading: what a file of people's own is taken for, cell by cell, before anything of it becomes a fact."""
