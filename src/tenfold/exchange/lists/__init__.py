"""Lists that leave Tenfold in the formats that other programs open, and come back unchanged."""
