"""Settings of all tests: no time limit for one hypothesis example, for a busy machine is no defect."""

from hypothesis import settings

settings.register_profile("tenfold", deadline=None)
settings.load_profile("tenfold")
