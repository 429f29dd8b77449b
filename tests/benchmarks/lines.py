"""The table that a run prints: a line for each measurement, against its peer and its aim."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One row of the table; without ``aim`` a figure to know, nothing to reach."""

    what: str
    size: int
    value: float
    unit: str = "s"
    peer: str = ""
    against: float | None = None
    aim: float | None = None
    reached: bool | None = None

    def _aim(self, ratio: float | None) -> str:
        if self.aim is None:
            return ""
        if ratio and self.aim < 0.95:
            return f"1/{1 / self.aim:g}"
        return f"{self.aim:g}{'x' if ratio else ' ' + self.unit}"

    def cells(self) -> list[str]:
        ratio = self.value / self.against if self.against else None
        reached = self.reached if self.aim is None or ratio is None else ratio <= self.aim
        return [
            self.what,
            f"{self.size:,}",
            f"{self.value:,.2f} {self.unit}",
            self.peer,
            f"{self.against:,.2f} {self.unit}" if self.against else "",
            f"{ratio:.1f}x" if ratio and ratio >= 0.95 else f"1/{1 / ratio:.0f}" if ratio else "",
            self._aim(ratio),
            "" if reached is None else "ok" if reached else "missed",
        ]


HEAD = ["what", "records", "measured", "peer", "peer's", "ratio", "aim", ""]


def show(cells: list[str]) -> None:
    widths = (26, 9, 12, 20, 10, 7, 7, 6)
    print("  ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)).rstrip(), flush=True)
