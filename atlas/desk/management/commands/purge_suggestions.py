"""Delete the contacts of suggestions that are due, and expired marks of who sent how many."""

from django.core.management.base import BaseCommand

from atlas.desk import actions


class Command(BaseCommand):
    """Runs at every suggestion and decision too; a daily timer keeps the promise on quiet days."""

    help = __doc__

    def handle(self, *args, **options):
        contacts, senders = actions.purge()
        self.stdout.write(f"Contacts deleted: {contacts}. Expired marks of senders: {senders}.")
