"""Records on their way to the public and back, with the rule of two persons; comments."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from atlas.desk.actions.revisions import NOT_OWN, name_of
from atlas.desk.models import Comment, Revision
from atlas.kit import actions, records
from atlas.kit.authors import written_by
from atlas.kit.choices import State
from atlas.kit.history import door
from atlas.kit.merging import said_same

NOT_SAID = gettext_lazy(
    "Readers know both: nobody merges them alone. Somebody else says first, under “Looks like” or"
    " here, that they are the same."
)


@transaction.atomic
def publish(*, record, by, why: str = "", through: str = "action"):
    """Make a record public; refused to whoever wrote it, unless the setting allows it."""
    withhold(record=record, by=by)
    with door(through, by, why=why):
        return actions.publish(record=record, by=by, through=through)


def withhold(*, record, by) -> None:
    """Raise ValidationError where ``by`` wrote what publishing would show for the first time."""
    if not settings.ATLAS_APPROVE_OWN and written_by(records.noun_of(record), [record.pk], by):
        raise ValidationError(NOT_OWN)


def merge_withheld(*, keep, drop, by) -> list[str]:
    """Why ``by`` alone may not merge one record into another that readers see.

    What was never public must be somebody else's work, what was public once must be said to be the
    same by somebody else.
    """
    if settings.ATLAS_APPROVE_OWN or not keep.is_public:
        return []
    if not drop.is_public and written_by(records.noun_of(drop), [drop.pk], by):
        return [NOT_OWN]
    digest = getattr(drop, "digest", None)
    was_public = drop.is_public or bool(digest and digest.version)
    return [NOT_SAID] if was_public and not said_same(keep, drop, but=by) else []


@transaction.atomic
def publish_many(*, queryset, by, through: str = "action") -> actions.Verdicts:
    """Publish what the gate and the rule of two persons let pass."""
    own = set()
    if not settings.ATLAS_APPROVE_OWN:
        waiting = list(queryset.values_list("pk", flat=True))
        own = written_by(queryset.model._meta.model_name, waiting, by)
    others = queryset.exclude(pk__in=own) if own else queryset
    verdicts = actions.publish_many(queryset=others, by=by, through=through)
    verdicts.refused |= {record: [NOT_OWN] for record in queryset.filter(pk__in=own)}
    return verdicts


@transaction.atomic
def send_draft_back(*, record, by, why: str, through: str = "action"):
    """Return what is in review to its author; the reasons stand with it as a comment."""
    if record.state != State.IN_REVIEW:
        raise ValidationError(_("It is not in review."))
    if not why.strip():
        raise ValidationError({"answer": _("Say what is wrong: its author reads this.")})
    with door(through, by, why=why.strip()[:1000]):
        actions.unpublish(record=record, by=by, through=through)
    say(record=record, by=by, text=why)
    return record


def still_so(*, record, position: int) -> None:
    """Raise ValidationError where the record changed after this transaction; holds it until then.

    What is decided is what was looked at.
    """
    type(record)._default_manager.select_for_update(of=("self",)).filter(pk=record.pk).count()
    record.refresh_from_db()
    if records.history_positions(records.noun_of(record), record.pk)[-1] != position:
        raise ValidationError(_("It was changed since you opened it: look at it again."))


@transaction.atomic
def say(*, record, by, text: str, revision: Revision | None = None) -> Comment:
    """Put a comment to a record, or to one revision of it."""
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("Write something first.")})
    return Comment.objects.create(
        noun=records.noun_of(record),
        uid=record.uid,
        revision=revision,
        author=by,
        who=name_of(by),
        text=text[:5000],
    )
