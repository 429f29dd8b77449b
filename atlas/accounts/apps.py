from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "atlas.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self):
        from atlas.accounts import actions

        actions.listen()
