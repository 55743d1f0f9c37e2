"""Settings, addresses, and the entry point of a server."""
