from django.apps import AppConfig
from django.db.models.signals import post_migrate


class InitiativesConfig(AppConfig):
    name = "initiatives"
    verbose_name = "Initiatives"

    def ready(self):
        from atlas.kit import commit, downloads, facets, facts, tables
        from initiatives.exchange import formats
        from initiatives.exchange.tables import NOUNS, TABLES
        from initiatives.filters.facets import KINDS, following, known_world
        from initiatives.models import evidence

        tables.register(TABLES, NOUNS)
        for noun in evidence.evidences():
            facts.register(noun)
        downloads.register(formats.FORMATS, formats.stream)
        shared = ("country", "theme")
        facets.register(KINDS, world=known_world, follow=following, shared=shared)
        post_migrate.connect(commit.install, sender=self)
