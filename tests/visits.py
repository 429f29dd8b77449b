"""One address for every type of page: what the checks of pages go through.

A list is narrowed where the whole one would only repeat its rows.
"""

import psycopg2

from atlas.postgres import Server

FOUND = "country=TH&theme=cybercrime"
PUBLIC = {
    "home": "/",
    "search": "/search/",
    "search with results": "/search/?q=tsubame",
    "search that guesses": "/search/?q=tsubami",
    "search without results": "/search/?q=xqzzvw",
    "list": f"/initiatives/?{FOUND}",
    "list on a date": "/initiatives/?active_on=2016&country=FJ",
    "list as a table": f"/initiatives/?{FOUND}&view=table",
    "empty list": "/initiatives/?q=xqzzvw&country=TH",
    "list with an error": "/initiatives/?active_on=soon&nosuch=1",
    "initiative": "/initiatives/ajccbc/",
    "initiative with disputes": "/initiatives/ajcd/",
    "history": "/initiatives/ajccbc/history/",
    "version": "/initiatives/ajccbc/versions/1/",
    "actors": "/actors/?country=TH",
    "actor": "/actors/japan-gov/",
    "group": "/actors/asean/",
    "history of an actor": "/actors/asean/history/",
    "sources": "/sources/?q=asean",
    "source": "/sources/ipdf-japan-leads/",
    "countries": "/countries/",
    "country": "/countries/TH/",
    "theme": "/themes/standards/",
    "method": "/about/",
    "changes": "/changes/",
    "suggest": "/suggest/",
    "suggest a record": "/suggest/?new=initiative",
    "suggest a correction": "/suggest/?initiative=ajccbc",
    "map": "/map/?funder=japan-gov",
    "map by theme": "/map/?by=theme&area=pacific&country=FJ&kind=project",
    "timeline": "/timeline/?country=TH",
    "years": "/years/",
    "years of money": "/years/?of=money&country=TH",
    "coverage": "/coverage/?country=FJ&kind=centre",
    "network": "/network/?country=TH&kind=centre",
    "network of an actor": "/network/?actor=nec",
    "funding": "/funding/?country=TH",
    "chain of money": "/funding/?of=ajccbc",
    "overlap of a search": f"/overlap/?{FOUND}",
    "overlap": "/overlap/?of=ajccbc",
    "nothing to compare": "/compare/",
    "compare": "/compare/?id=ajccbc&id=ajcd",
    "briefing": "/briefing/?region=pacific",
    "facts of a briefing": "/briefing/facts/?country=FJ&kind=centre",
    "picture with an error": "/map/?by=nonsense",
    "not found": "/initiatives/none-such/",
    "withdrawn": "/initiatives/camp/",
    "API": "/api/docs/",
}  # fmt: skip
WITHDRAWN = "camp"  # a record that no other test asks for
STATUS = {
    "list with an error": 400,
    "picture with an error": 400,
    "not found": 404,
    "withdrawn": 410,
}
DESK = {
    "desk": "/admin/",
    "records on the desk": "/admin/initiatives/initiative/",
    "new record": "/admin/initiatives/initiative/add/",
    "new source": "/admin/sources/source/add/",
    "import of IATI": "/admin/initiatives/initiative/import-iati/",
    "queue": "/admin/desk/revision/queue/",
    "quality": "/admin/quality/",
    "quality list": "/admin/quality/status/initiative/",
    "account": "/admin/account/",
    "second factor": "/admin/account/second-factor/",
    "tokens": "/admin/accounts/authtoken/",
    "likely twins": "/admin/initiatives/initiative/twins/",
    "import of a table": "/admin/initiatives/importrun/add/",
}
RECORD = "/admin/initiatives/initiative/{}/"
OF_RECORDS = {  # of one record and of another
    "cite": RECORD + "cite/",
    "history on the desk": RECORD + "history/",
    "comments": RECORD + "comments/",
    "merge": RECORD + "merge/?into={}",
}
FILES = {
    "map.svg": "/map/?format=svg",
    "timeline.svg": "/timeline/?format=svg&country=TH",
    "years.svg": "/years/?format=svg",
    "coverage.svg": "/coverage/?format=svg&region=pacific",
    "network.svg": "/network/?format=svg&country=TH",
    "funding.svg": "/funding/?format=svg&of=ajccbc",
    "overlap.svg": "/overlap/?format=svg&of=ajccbc",
}


def withdraw(site) -> None:
    """Make the site have a record that was public once."""
    asked(site, f"UPDATE initiatives_initiative SET state = 'withdrawn' WHERE slug = '{WITHDRAWN}'")


def keys(site, *slugs: str) -> list[int]:
    """The keys of initiatives."""
    one = "SELECT id FROM initiatives_initiative WHERE slug = '{}'"
    return [asked(site, one.format(slug))[0][0] for slug in slugs]


def asked(site, sql: str) -> list[tuple]:
    """What the database of the site answers."""
    database = psycopg2.connect(Server(site.data).url)
    with database, database.cursor() as cursor:
        cursor.execute(sql)
        found = cursor.fetchall() if cursor.description else []
    database.close()
    return found
