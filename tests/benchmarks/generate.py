"""Write a synthetic, seeded data package of N initiatives, skewed like real aid data.

    python -m tests.benchmarks.generate N FOLDER [SEED]

Roughly, an initiative: 4 participations, 2 funding links, 4 countries, 2 themes, 6 citations;
N/5 actors and N/2 sources.  Everything is a draft: the facts are not all cited.
"""

import csv
import random
import sys
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path

WORDS = (
    "cyber security capacity building regional training exercise incident response forensics "
    "malware policy strategy dialogue infrastructure protection resilience awareness legislation "
    "prosecution evidence cooperation network monitoring analysis national centre workshop seminar "
    "judicial police diplomats norms standards certification curriculum youth finance energy "
    "health maritime telecom cloud identity fraud phishing ransomware botnet intelligence sharing "
    "platform"
).split()
PLACES = (
    "ASEAN Pacific Caribbean Sahel Balkan Andean Gulf Mekong Horn Baltic Maghreb Nordic".split()
)
COUNTRIES = (
    "AF AL DZ AO AR AM AU AT AZ BD BE BZ BJ BT BO BA BW BR BN BG BF BI KH CM CA CV TD CL CN CO KM "
    "CR CI HR CU CY CZ DK DJ DM DO EC EG SV EE ET FJ FI FR GA GM GE DE GH GR GT GN GY HT HN HU IN "
    "ID IR IQ IE IL IT JM JP JO KZ KE KI KR KW KG LA LV LB LS LR LY LT LU MG MW MY MV ML MT MH"
).split()
THEMES = [
    "strategy-and-policy",
    "incident-management-and-cip",
    "cybercrime",
    "culture-and-skills",
    "standards",
    "diplomacy-and-norms",
]
KINDS = "project programme centre dialogue exercise training-scheme network fund alliance".split()
ACTOR_KINDS = "government igo regional-organisation company ngo academic cert fund".split()
STATUSES = "pipeline implementation finalisation closed cancelled suspended".split()
ROLES = "accountable extending implementing host partner participant".split()
TYPES = "commitment disbursement pledge budget".split()
CURRENCIES = "USD EUR JPY GBP AUD SGD".split()
FACTS = ("title", "status", "actual_start", "actual_end")


class World:
    """Random choices with the skew of real data, from one seed."""

    def __init__(self, size: int, seed: int):
        self.size, self.random = size, random.Random(seed)
        self.weights: dict[tuple[int, float], list[float]] = {}

    def zipf(self, count: int, skew: float = 1.1) -> int:
        key = (count, skew)
        if key not in self.weights:
            self.weights[key] = list(accumulate(1 / i**skew for i in range(1, count + 1)))
        return self.random.choices(range(count), cum_weights=self.weights[key])[0]

    def pick(self, words: list[str], skew: float = 1.1) -> str:
        return words[self.zipf(len(words), skew)]

    def text(self, length: int) -> str:
        return " ".join(self.pick(WORDS, 0.7) for _ in range(length))

    def date(self) -> str:
        year, precision = self.random.randint(2000, 2026), self.random.random()
        month, day = self.random.randint(1, 12), self.random.randint(1, 28)
        if precision < 0.3:
            return f"{year}"
        return f"{year}-{month:02d}" if precision < 0.6 else f"{year}-{month:02d}-{day:02d}"


def write(size: int, folder: Path, seed: int = 20261122) -> None:
    """Write the package's tables into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    world = World(size, seed)
    with ExitStack() as stack:
        tables = {
            name: _writer(stack, folder / f"{name}.csv", header) for name, header in HEADERS.items()
        }
        _shared(world, tables)
        for number in range(size):
            _initiative(world, tables, number)


HEADERS = {
    "publishers": "slug name reliability",
    "sources": "slug title publisher url published kind",
    "countries": "iso2 iso3 name latitude longitude",
    "themes": "slug name position",
    "actors": "slug state name kind country parent website",
    "initiatives": "slug state title kind status actual_start actual_end summary website",
    "initiative_reach": "key initiative country kind",
    "initiative_themes": "key initiative theme",
    "participations": "key initiative actor role",
    "funding_links": "key initiative funder_actor type amount_kind amount currency "
    "undisclosed_reason value_date",
    "citations": "key initiative field source says locator",
}


def _writer(stack: ExitStack, path: Path, header: str):
    file = stack.enter_context(path.open("w", newline="", encoding="utf-8"))
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header.split())
    return writer


def _shared(world: World, tables: dict) -> None:
    rng = world.random
    for i in range(200):
        tables["publishers"].writerow([f"publisher-{i}", f"Publisher {i}", "ABCDEF"[i % 6]])
    for i in range(max(10, world.size // 2)):
        row = [f"source-{i}", world.text(6).capitalize(), f"publisher-{world.zipf(200)}"]
        tables["sources"].writerow([*row, f"https://s.example/{i}", world.date(), "news"])
    for i, code in enumerate(COUNTRIES):
        tables["countries"].writerow([code, f"{code}{chr(65 + i % 26)}", code, i % 90, i])
    for i, theme in enumerate(THEMES):
        tables["themes"].writerow([theme, theme, i])
    for i in range(max(20, world.size // 5)):
        name = f"{world.text(3).title()} {rng.choice(PLACES)} {i}"
        parent = f"actor-{rng.randrange(i)}" if i and rng.random() < 0.15 else ""
        row = [f"actor-{i}", "draft", name, world.pick(ACTOR_KINDS), world.pick(COUNTRIES, 0.8)]
        tables["actors"].writerow([*row, parent, f"https://actor-{i}.example"])


def _initiative(world: World, tables: dict, number: int) -> None:
    rng, slug = world.random, f"initiative-{number}"
    start = world.date()
    end = f"{int(start[:4]) + 6}{start[4:]}"
    title = f"{rng.choice(PLACES)} {world.text(rng.randint(3, 7))}"
    values = {"title": title, "status": world.pick(STATUSES), "actual_start": start}
    values["actual_end"] = end
    summary = world.text(rng.randint(30, 90)).capitalize() + "."
    row = [slug, "draft", title, world.pick(KINDS), values["status"], start, end, summary]
    tables["initiatives"].writerow([*row, f"https://initiative.example/{number}"])
    for country in sorted({world.pick(COUNTRIES, 0.6) for _ in range(rng.randint(2, 7))}):
        key = f"{slug}--beneficiary--{country.lower()}"
        tables["initiative_reach"].writerow([key, slug, country, "beneficiary"])
    for theme in sorted({world.pick(THEMES, 0.6) for _ in range(rng.randint(1, 3))}):
        tables["initiative_themes"].writerow([f"{slug}--{theme}", slug, theme])
    actors = max(20, world.size // 5)
    pairs = {(world.zipf(actors, 0.9), rng.choice(ROLES)) for _ in range(rng.randint(2, 6))}
    for actor, role in sorted(pairs):
        key = f"{slug}--actor-{actor}--{role}"
        tables["participations"].writerow([key, slug, f"actor-{actor}", role])
    for nth in range(rng.randint(0, 4)):
        _funding(world, tables, slug, nth, start)
    _citations(world, tables, slug, values)


def _funding(world: World, tables: dict, slug: str, nth: int, date: str) -> None:
    rng = world.random
    known = rng.random() < 0.8
    amount = [round(rng.lognormvariate(12, 1.6), 2), rng.choice(CURRENCIES), ""]
    money = ["exact", *amount] if known else ["undisclosed", "", "", "unknown"]
    funder = f"actor-{world.zipf(max(20, world.size // 5), 0.9)}"
    row = [f"{slug}--funding-{nth}", slug, funder, rng.choice(TYPES), *money, date]
    tables["funding_links"].writerow(row)


def _citations(world: World, tables: dict, slug: str, values: dict[str, str]) -> None:
    rng = world.random
    for nth in range(rng.randint(3, 8)):
        fact = FACTS[nth % len(FACTS)]
        source = f"source-{world.zipf(max(10, world.size // 2), 0.5)}"
        row = [f"{slug}--{fact}--{nth}", slug, fact, source, values[fact]]
        tables["citations"].writerow([*row, f"para {nth + 1}"])


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:4]))
