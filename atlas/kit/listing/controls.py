"""What a list page shows around its records: filters, chips, its title, a way out of nothing."""

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from atlas.kit import facets as counting
from atlas.kit import wording
from atlas.kit.filters import NOT, UNSTATED, Offer, Problem
from atlas.kit.listing.parts import Chip, Facet, Option, Shown, same

MOST = 10  # values of a long facet shown as boxes
MORE = 120  # further ones to choose from; others are found by their name


class Controls:
    """Mixin of ``Listing``."""

    def facets(self) -> list[Shown]:
        return [self._shown(facet) for facet in self.facet_list]

    def _shown(self, facet: Facet) -> Shown:
        filter_ = self.filterset.filters[facet.name]
        values = [value for value in self.data.getlist(facet.name) if value]
        given = bool(values or self.data.get(f"{facet.name}{NOT}"))
        shown = Shown(
            name=facet.name,
            style=facet.style,
            label=str(facet.label or filter_.label),
            hint=str(facet.hint),
            value=values[0] if values else "",
            error=self._error(facet.name) or self._error(f"{facet.name}{NOT}"),
            typed=facet.named is not None,
            closed=facet.closed and not given,
            reset=self._reset(facet.name) if given else "",
        )
        kind = counting.kind(self.noun)
        if kind and facet.name in kind.facets and facet.style == "check":
            self._count(shown, kind.facets[facet.name], values)
        elif facet.style != "text":
            pairs = facet.options() if facet.options else filter_.all_choices()
            shown.options = [Option(value, str(text), value in values) for value, text in pairs]
        return shown

    def _reset(self, name: str) -> str:
        data = self.without(name)
        data.pop(f"{name}{NOT}", None)
        return self.url(data)

    def _count(self, shown: Shown, facet: counting.Facet, values: list[str]) -> None:
        """Choices with their counts: the frequent ones, those in force, and the rest folded."""
        selection = self.selection or counting.select(self.noun, type(self.filterset)(QueryDict()))
        also = tuple(
            key
            for name in (shown.name, f"{shown.name}{NOT}")
            for key in selection.given.get(name, ())
            if key != UNSTATED
        )
        counted = selection.counts(shown.name, MOST + MORE, also)
        out = self.data.getlist(f"{shown.name}{NOT}")
        for count in counted:
            if any(same(value, count.value) for value in out):
                continue
            chosen = any(same(value, count.value) for value in values)
            option = Option(count.value, count.label, chosen, count.count, count.itself)
            if count.itself and count.itself != count.count:
                option.directly = facet.directly % wording.number(count.itself)
            self._sort(shown, option, facet)
        leaving_out = self._leaving_out(shown.name)
        for option in shown.options:
            if option.count or option.chosen:
                option.leave_out = leaving_out(option)
        if facet.long:
            shown.none = []
            shown.more.sort(key=lambda option: option.label.casefold())

    def _sort(self, shown: Shown, option: Option, facet: counting.Facet) -> None:
        """The frequent and the chosen as boxes, what nothing has apart, the rest to choose from."""
        unstated = option.value == UNSTATED
        to_come = shown.name == "year" and option.itself is not None
        boxes = sum(one.value != UNSTATED for one in shown.options)
        if to_come:
            option.label = _("%s, planned or without an end") % option.label
        if to_come and not option.itself and not option.chosen:
            return  # nothing is said to run then
        if option.chosen or unstated and (option.count or facet.long):
            shown.options.append(option)
        elif not option.count:
            shown.none.append(option)
        elif not to_come and (not (facet.long or shown.name == "year") or boxes < MOST):
            shown.options.append(option)
        else:
            shown.more.append(option)

    @property
    def tidy(self) -> HttpResponseRedirect | None:
        """The same list without the empty fields that a form sends, and with names that were
        typed put as values: addresses stay short, and one list has one address."""
        if not self.valid:
            data = self.named()
            return HttpResponseRedirect(self.url(data)) if data else None
        empty = any(value == "" for values in self.data.lists() for value in values[1])
        return HttpResponseRedirect(self.url(self.data)) if empty else None

    @property
    def offered(self) -> dict[str, list[tuple[str, str]]]:
        """By parameter (name, address) of what a refused value may have meant."""
        return {
            name: [
                (offer.label, self.url(self._instead(problem, offer))) for offer in problem.offered
            ]
            for name, problem in self.errors.items()
        }

    def _instead(self, problem: Problem, offer: Offer) -> QueryDict:
        """The query with an offer in place of the value that was refused."""
        data, name = self.data.copy(), problem.parameter
        kept = [value for value in data.getlist(name) if value.strip() != problem.value]
        data.setlist(name, kept)
        data.appendlist(offer.parameter or name, offer.value)
        return data

    def named(self) -> QueryDict | None:
        """The query with names that were typed put as the values they stand for, if all are."""
        data, changed = self.data.copy(), False
        for facet in self.facet_list:
            if facet.named is None or facet.name not in self.errors:
                continue
            if any("\0" in value for value in data.getlist(facet.name)):
                continue  # no name of ours, and nothing to ask the database
            known = [facet.named(value) or value for value in data.getlist(facet.name)]
            changed = changed or known != data.getlist(facet.name)
            data.setlist(facet.name, list(dict.fromkeys(known)))
        return data if changed and not type(self.filterset)(data).problems else None

    def _leaving_out(self, name: str) -> Callable[[Option], str]:
        """Gives the address of this list without an option, no longer chosen if it was."""
        url = self.url(self.without(f"{name}{NOT}", ""))  # as it is, ready for one more value
        whole = f"{url}{'&' if '?' in url else '?'}{name}{NOT}="

        def leaving_out(option: Option) -> str:
            if not option.chosen:
                return whole + quote(option.value, safe="")
            data = self.without(name, option.value)
            data.appendlist(f"{name}{NOT}", option.value)
            return self.url(data)

        return leaving_out

    def _error(self, name: str) -> str:
        problem = self.errors.get(name)
        if problem is None:
            return ""
        allowed = ", ".join(problem.allowed)
        return f"{problem.reason} {_('Allowed: %s.') % allowed}" if allowed else problem.reason

    @property
    def other_errors(self) -> list:
        """Problems of parameters that have no field in the column."""
        shown = {facet.name for facet in self.facet_list} | {"q"}
        return [problem for name, problem in self.errors.items() if name not in shown]

    @property
    def q_error(self) -> str:
        return self._error("q")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Values in force that have no field, to be sent along by the form."""
        fields = {facet.name for facet in self.facet_list}
        dropped = {"q", "page", "format", "fields", *self.ignored}
        return [
            (name, value)
            for name in self.data
            if name not in fields | dropped
            for value in self.data.getlist(name)
            if value
        ]

    @property
    def sent_along(self) -> list[tuple[str, str]]:
        """All that is in force but columns, for the form that chooses them."""
        dropped = {"page", "format", "fields", "columns", *self.ignored}
        return [
            (name, value)
            for name in self.data
            if name not in dropped
            for value in self.data.getlist(name)
            if value
        ]

    # -------------------------------------------------------------- chips

    def chips(self) -> list[Chip]:
        """Every value in force, ranges and exclusions too, each with the way to be rid of it."""
        return [
            Chip(text, self.url(self.without(parameter, value)))
            for parameter, value, text in self._in_force()
        ]

    def _in_force(self):
        """(parameter, value, words) of everything chosen."""
        for chosen in self.filterset.chosen:
            if chosen.parameter == "certainty" and chosen.value == "possible":
                continue
            template = _("%(name)s is not %(value)s") if chosen.negated else "%(name)s: %(value)s"
            name = self.filterset.filters[chosen.parameter.removesuffix(NOT)].label
            text = template % {"name": name, "value": chosen.label}
            yield chosen.parameter, chosen.value, text

    def ways_out(self) -> list[Chip]:
        """For each filter of a list that found nothing: what there is without it, most first."""
        found: dict[str, Chip] = {}
        for parameter, _value, text in self._in_force():
            name = parameter.removesuffix(NOT)
            if name == "certainty" or self.selection is None:
                continue
            if name in found:
                found[name].text += f", {text}"
                continue
            needed = ("amount_min", "amount_max") if name == "currency" else ()
            data = self.without(name)
            for gone in (f"{name}{NOT}", *needed):
                data.pop(gone, None)
            count = len(self.selection.ids(without=(name, *needed)))
            found[name] = Chip(text, self.url(data), count)
        return sorted((chip for chip in found.values() if chip.count), key=lambda c: -c.count)

    @property
    def search_words(self) -> str:
        """The search as a title says it; nothing where everything is listed."""
        words = (
            "; ".join(text for _parameter, _value, text in self._in_force()) if self.valid else ""
        )
        return f"{words[:117]}…" if len(words) > 120 else words
