"""Equal Earth, centred on 150° E so that the Pacific is whole; as docs/outlines.md projects."""

from math import asin, cos, radians, sin, sqrt

CENTRE = 150
SCALE = 174
X, Y = 480, 240
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
M = sqrt(3) / 2


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees to units of the outlines (960 wide, y downwards)."""
    turned = (longitude - CENTRE + 180) % 360 - 180
    angle = asin(M * sin(radians(latitude)))
    square = angle * angle
    sixth = square**3
    slope = A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square)
    x = radians(turned) * cos(angle) / (M * slope)
    y = angle * (A1 + A2 * square + sixth * (A3 + A4 * square))
    return X + SCALE * x, Y - SCALE * y


def window(box: tuple | None) -> tuple[float, float, float, float]:
    """x, y, width and height of an area (west, east, south, north), with longitudes up to 330."""
    if box is None:
        return 8, 12, 944, 424
    west, east, south, north = box
    steps = [(i / 12) for i in range(13)]
    edge = [project(south + (north - south) * s, at) for s in steps for at in (west, east)]
    edge += [project(at, west + (east - west) * s) for s in steps for at in (south, north)]
    xs, ys = [x for x, _y in edge], [y for _x, y in edge]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
