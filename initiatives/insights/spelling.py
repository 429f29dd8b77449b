"""What somebody may have meant: words that are misspelt replaced by the likest of our names."""

from actors.models import Actor, Country
from atlas.kit.search import Asked, Term
from atlas.kit.search.showing import alike, fold
from atlas.kit.search.words import pieces_of
from initiatives.models import Initiative

LEAST = 0.75  # of likeness; and nobody misspells the first letter without seeing it
LETTERS = 4  # of a word of ours that is offered


def meant(asked: Asked) -> str:
    """The search with its misspelt words replaced; empty where nothing likelier is known."""
    said = asked.text
    for term in asked.terms:
        if term.guessable and not term.wide and len(term.pieces) == 1:
            better = _likest(term)
            said = said.replace(term.text, better) if better else said
    return said if said != asked.text else ""


def _likest(term: Term) -> str:
    """The word of a public name that is most like the term; empty where it is a word of ours."""
    names = [*Initiative.objects.names_like(term), *Actor.objects.names_like(term)]
    names += map(fold, Country.objects.values_list("name", flat=True))
    words = {piece for name in names for piece in pieces_of(name) if len(piece) >= LETTERS}
    if fold(term.text) in words:
        return ""
    words = {word for word in words if word[0] == fold(term.text)[0]}
    best = max(words, key=lambda word: (alike(word, term.text), word), default="")
    return best if best and alike(best, term.text) >= LEAST else ""
