"""`python -m tenfold.web.jobs` looks after all engines; with a community's name it is that community's engine.

With the number of a question beside it, it reads the file that the question is about.
"""

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenfold.web.site.settings")
    django.setup()
    from tenfold.web.jobs.engine import serve
    from tenfold.web.jobs.sheets import read_sheet
    from tenfold.web.jobs.supervisor import ending, supervise
    from tenfold.web.store.communities import Community
    from tenfold.web.store.work import sheets

    match sys.argv[1:]:
        case [name, question]:
            read_sheet(sheets(Community.objects.get(name=name)).get(pk=question))
        case [name]:
            serve(Community.objects.get(name=name), over=ending())
        case _:
            supervise()
