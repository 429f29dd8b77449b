"""The language a reader would rather have names in: what they chose, else what the browser says.

Only names change, and the name that our sources and addresses use always stays beside them; the
words of the site are English.
"""

from functools import cache

from babel import Locale
from django.http import HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.http import escape_leading_slashes
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from atlas.kit.search.showing import fold

LANGUAGES = {
    "en": _("English"),
    "ar": _("Arabic"),
    "de": _("German"),
    "es": _("Spanish"),
    "fr": _("French"),
    "id": _("Indonesian"),
    "ja": _("Japanese"),
    "ko": _("Korean"),
    "ms": _("Malay"),
    "nl": _("Dutch"),
    "pt": _("Portuguese"),
    "ru": _("Russian"),
    "th": _("Thai"),
    "vi": _("Vietnamese"),
    "zh": _("Chinese"),
}
OURS = "en"
COOKIE, PARAMETER = "names", "lang"
# of countries that CLDR has under another name: former and everyday ones
ALSO_CALLED = {
    "burma": "MM",
    "cape verde": "CV",
    "costa de marfil": "CI",
    "czech republic": "CZ",
    "drc": "CD",
    "east timor": "TL",
    "elfenbeinkuste": "CI",
    "great britain": "GB",
    "holland": "NL",
    "ivory coast": "CI",
    "kyrgyz republic": "KG",
    "lao pdr": "LA",
    "macedonia": "MK",
    "republic of korea": "KR",
    "russian federation": "RU",
    "swaziland": "SZ",
    "uae": "AE",
    "viet nam": "VN",
}
YEAR = 365 * 24 * 3600
ELSEWHERE = ("/api/", "/admin/", "/static/", "/data/")


def of_reader(request) -> str:
    """The code of the language, empty for that of our own names."""
    chosen = request.COOKIES.get(COOKIE, "")
    if chosen in LANGUAGES:
        return "" if chosen == OURS else chosen
    for tag, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        code = tag.partition("-")[0]
        if code in LANGUAGES:
            return "" if code == OURS else code
    return ""


class NamesMiddleware:
    """``request.names_in`` for pages; ``?lang=ja`` is kept in a cookie, and the address is
    without it again."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(ELSEWHERE):
            return self.get_response(request)
        wanted = request.GET.get(PARAMETER)
        if request.method == "GET" and wanted in LANGUAGES:
            return self.choose(request, wanted)
        request.names_in = of_reader(request)
        response = self.get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    def choose(self, request, code: str) -> HttpResponseRedirect:
        data = request.GET.copy()
        del data[PARAMETER]
        path = escape_leading_slashes(request.path)  # two would name another site
        response = HttpResponseRedirect(f"{path}?{data.urlencode()}".rstrip("?"))
        secure = request.is_secure()
        response.set_cookie(COOKIE, code, YEAR, secure=secure, httponly=True, samesite="Lax")
        return response


def in_language(names, code: str):
    """The one of these names that is in the language; a translation before an alias."""
    found = [name for name in names if name.language == code and name.kind != "acronym"]
    found.sort(key=lambda name: (name.kind != "translation", name.name))
    return found[0] if found and code else None


def countries_called(text: str) -> set[str]:
    """ISO codes of the countries of which this is the whole name in one of the languages."""
    return _countries().get(fold(" ".join(text.split())), set())


@cache
def _countries() -> dict[str, set[str]]:
    found = {name: {code} for name, code in ALSO_CALLED.items()}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2:  # the others are regions
                found.setdefault(fold(name), set()).add(code)
    return found
