"""What people see: each view parses, asks one service or read model, and renders."""
