"""What runs beside the pages: the cycle after each commit."""
