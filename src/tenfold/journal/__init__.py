"""The journal: every accepted fact as an entry of a hash chain, and proofs over it (RFC 9162). Knows no database."""
