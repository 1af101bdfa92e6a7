"""Rows of the table: what one side costs beside another, also where that one is missing or did not end."""
from lab import ratio


def seconds(number):
    return f"{number:.2f} s"


def megabytes(number):
    return f"{number / 1e6:.0f} MB"


COSTS = {"wall": ("wall time", seconds), "cpu": ("CPU time", seconds), "peak_bytes": ("peak memory", megabytes)}


def beside(what, ours, peer, **wanted):
    """Wall time, CPU time and peak memory of `ours`, to `what`; wanted: at most so many times, by cost."""
    if "absent" in peer:
        return [absent(what, ours, peer, wanted.get("wall"))]
    return [{"what": f"{word}, to {what}", "ratio": ratio(ours, peer, cost), "wanted": wanted.get(cost),
             "ours": write(ours[cost]["median"]), "theirs": write(peer[cost]["median"])}
            for cost, (word, write) in COSTS.items()]


def absent(what, ours, peer, wanted):
    """Of a peer that is missing, or that was stopped: then its time was more than the limit."""
    figure = {"what": f"wall time, to {what}", "ours": seconds(ours["wall"]["median"]), "theirs": peer["absent"]}
    if "limit" not in peer:
        return figure
    return {**figure, "bound": "< ", "ratio": {"median": ours["wall"]["median"] / peer["limit"]}, "wanted": wanted}


UNITS = {"s": 1, "ms": 1e3, "MB": 1e-6}


def alone(what, side, cost, wanted, unit):
    """A cost by itself, held to a number of these units."""
    spread = {name: value * UNITS[unit] for name, value in side[cost].items()}
    return {"what": what, "value": spread["median"], "spread": spread, "unit": f" {unit}", "wanted": wanted}
