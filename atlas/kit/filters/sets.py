"""The FilterSet every noun's filters derive from."""

from functools import cached_property

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from atlas.kit.filters.fields import Chosen, Problem

NOT = "__not"
# what lists take beside filters
OTHER_PARAMETERS = ("ordering", "fields", "page_size", "cursor", "format")


class FilterForm(forms.Form):
    """Validates the query string; checks that join parameters are asked of the FilterSet."""

    filterset = None

    def clean(self):
        cleaned = super().clean()
        for name, error in self.filterset.cross_errors(cleaned):
            self.add_error(name, error)
        return cleaned


class AtlasFilterSet(django_filters.FilterSet):
    """Base of every noun's filters; ``queryset()`` says which records the public may see."""

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None, also=()):
        if data is None:
            data = QueryDict()
        self.other_parameters = (*OTHER_PARAMETERS, *also)
        super().__init__(
            data, self.public() if queryset is None else queryset, request=request, prefix=prefix
        )

    @classmethod
    def public(cls) -> QuerySet:
        return cls._meta.model._default_manager.all()

    @classmethod
    def get_filters(cls):
        filters = super().get_filters()
        for name, filter_ in list(filters.items()):
            if filter_.negatable:
                filters[f"{name}{NOT}"] = filter_.negated()
        return filters

    def get_form_class(self):
        """Of what the query string names: a field for each filter would take longer than they."""
        fields = {name: one.field for name, one in self.filters.items() if name in self.data}
        return type(f"{type(self).__name__}Form", (FilterForm,), {**fields, "filterset": self})

    def cross_errors(self, cleaned: dict):
        """(parameter, BadValue) pairs for parameters that need or exclude one another."""
        return ()

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the query string, parameter by parameter."""
        return [
            Problem.of(name, error)
            for name, errors in self.form.errors.as_data().items()
            for error in errors
        ]

    @cached_property
    def unknown_parameters(self) -> list[str]:
        known = {*self.filters, *self.other_parameters}
        return [name for name in self.data if name not in known]

    @cached_property
    def chosen(self) -> list[Chosen]:
        """Every value in force, in the order of the filters."""
        self.form.is_valid()
        return [
            Chosen(
                parameter=name,
                value=filter_.text(value),
                label=filter_.value_label(value),
                filter_label=filter_.label,
                negated=filter_.exclude,
            )
            for name, filter_ in self.filters.items()
            for value in self.form.cleaned_data.get(name) or []
        ]

    @cached_property
    def texts(self) -> list[str]:
        """The words that are searched for."""
        self.form.is_valid()
        return self.form.cleaned_data.get("q") or []

    def without(self, *names: str) -> "AtlasFilterSet":
        """The same filters with some parameters (and their ``__not``) left out."""
        gone = {*names, *(f"{name}{NOT}" for name in names)}
        if hasattr(self.data, "lists"):
            data = QueryDict(mutable=True)
            for name, values in self.data.lists():
                if name not in gone:
                    data.setlist(name, values)
        else:
            data = {name: value for name, value in self.data.items() if name not in gone}
        also = self.other_parameters[len(OTHER_PARAMETERS) :]
        return type(self)(data, self.queryset, request=self.request, also=also)
