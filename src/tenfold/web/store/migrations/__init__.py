"""How the tables came to be what they are; Django runs what an installation lacks."""
