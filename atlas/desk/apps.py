from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "atlas.desk"
    label = "desk"
    verbose_name = "Desk"
