"""People with a password, and the form they give it to."""

from atlas.accounts.models import User
from tests.forms import person

PASSWORD = "long-enough-to-be-one"


def known(group: str, name: str = "") -> User:
    user = person(group, name)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, name: str, password: str = PASSWORD, code: str = "", address="192.0.2.1"):
    data = {"username": name, "password": password, "code": code}
    return client.post("/admin/login/?next=/admin/", data, REMOTE_ADDR=address)


def is_in(response) -> bool:
    return response.status_code == 302 and response["Location"] == "/admin/"
