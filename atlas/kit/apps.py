from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "atlas.kit"
    label = "kit"
    verbose_name = "Site"

    def ready(self):
        from atlas.kit import checks  # noqa: F401  registers the system checks
