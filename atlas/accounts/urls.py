"""One's own account, as part of the admin."""

from django.contrib import admin
from django.urls import path
from django.views.decorators.http import require_POST

from atlas.accounts.views import account, again

app_name = "account"
own = admin.site.admin_view

urlpatterns = [
    path("", own(account.account), name="account"),
    path("again/", own(again.again), name="again"),
    path("second-factor/", own(account.second_factor), name="second_factor"),
    path("second-factor/codes/", own(require_POST(account.codes)), name="codes"),
    path("second-factor/remove/", own(require_POST(account.remove)), name="remove"),
]
