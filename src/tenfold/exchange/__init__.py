"""The formats that people already have, in and out; turned into what the importer of facts reads."""
