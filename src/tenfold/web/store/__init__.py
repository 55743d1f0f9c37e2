"""The database: tables made from the declaration, the journal, results of cycles, and the facts for the engine."""
