"""A mirror of the atlas: one NDJSON file a kind of record, kept equal to the atlas's own export.

    python docs/mirror.py https://atlas.example FOLDER

The first run downloads everything, every further run asks what changed since and reads those
records again.  Needs nothing but Python.  A run that is broken off is repeated by the next one.
"""

import json
import sys
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

# list of the API -> (its kind in the list of changes, what tells its records apart for ever)
LISTS = {
    "initiatives": ("initiative", "uid"),
    "actors": ("actor", "uid"),
    "sources": ("source", "slug"),
    "publishers": ("publisher", "slug"),
    "countries": ("country", None),
    "themes": ("theme", None),
}
ORDER = {"countries": "iso2"}
MANY = 50  # records asked for at once


class Mirror:
    """The lines of each list by permanent id (a slug where there is none), and a cursor."""

    def __init__(self, site: str, folder: Path, read=None):
        self.api, self.folder = f"{site.rstrip('/')}/api/v1", folder
        self.read = read or (lambda address: urlopen(address, timeout=300).read())
        self.lines: dict[str, dict[str, bytes]] = {name: {} for name in LISTS}
        self.cursor = ""

    def update(self) -> int:
        """Follow what changed; everything is read where nothing is here yet.  How many changes."""
        if not self._load():
            # the cursor first: what changes while the files are read is told again
            self.cursor = json.loads(self.read(f"{self.api}/changes/?since=now&page_size=200"))[
                "next"
            ]
            for name in LISTS:
                self._whole(name)
        followed, more = 0, True
        while more:
            page = json.loads(self.read(self.cursor))
            for name in LISTS:
                self._follow(
                    name, [one for one in page["results"] if one["noun"] == LISTS[name][0]]
                )
            followed += len(page["results"])
            self.cursor, more = page["next"], page["more"]
        self._save()
        return followed

    def file(self, name: str) -> bytes:
        """The list as the atlas exports it, ordered by slug."""
        return b"".join(sorted(self.lines[name].values(), key=lambda line: _key(name, line)))

    def _whole(self, name: str) -> None:
        self.lines[name] = self._get(name, [])

    def _follow(self, name: str, changes: list[dict]) -> None:
        _noun, identity = LISTS[name]
        if changes and identity is None:
            return self._whole(name)
        ids = list(dict.fromkeys(one[identity] for one in changes))
        gone = [one["old_slug"] for one in changes if identity == "slug" and one["old_slug"]]
        for start in range(0, len(ids), MANY):
            asked = ids[start : start + MANY]
            found = self._get(name, [(identity, value) for value in asked])
            for value in [*asked, *gone]:
                self.lines[name].pop(value, None)
            self.lines[name] |= found

    def _get(self, name: str, filters: list[tuple[str, str]]) -> dict[str, bytes]:
        """The export of a list, line by line; of a record that is not public there is no line."""
        query = [("format", "ndjson"), ("ordering", ORDER.get(name, "slug")), *filters]
        answer = self.read(f"{self.api}/{name}/?{urlencode(query)}")
        identity = LISTS[name][1] or ORDER.get(name, "slug")
        return {json.loads(line)[identity]: line + b"\n" for line in answer.split(b"\n") if line}

    def _load(self) -> bool:
        place = self.folder / "cursor.txt"
        if not place.exists():
            return False
        self.cursor = place.read_text()
        for name in LISTS:
            identity = LISTS[name][1] or ORDER.get(name, "slug")
            lines = (self.folder / f"{name}.ndjson").read_bytes().splitlines(keepends=True)
            self.lines[name] = {json.loads(line)[identity]: line for line in lines}
        return True

    def _save(self) -> None:
        """The cursor last: with an older cursor a change is only read twice."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in LISTS:
            new = self.folder / f"{name}.new"
            new.write_bytes(self.file(name))
            new.replace(self.folder / f"{name}.ndjson")
        (self.folder / "cursor.txt").write_text(self.cursor)


def _key(name: str, line: bytes) -> bytes:
    return json.loads(line)[ORDER.get(name, "slug")].encode()


if __name__ == "__main__":
    followed = Mirror(sys.argv[1], Path(sys.argv[2])).update()
    sys.stdout.write(f"{followed} changes followed\n")
