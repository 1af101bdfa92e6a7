"""failing: what it costs to show failing rows: the same 40 ranges with them and without. In one table, 40 ranges
are broken by a million rows; in the other, each by about five of ten million. With a key and without."""
from figures import beside
from generated import gate
from lab import measured

ROWS, RARE = 1_000_000, 10_000_000
SHAPES = {  # the ranges of each column
    "many": [(0.1, 0.8), (0.001, 0.999)],
    "rare": [(0, 5), (-5, 1)],
}
KEYS = {"": "id", ", no key": None}


def ranges(shape, extra):
    return [f"range: {{column: c{i}, from: {low}, to: {high}, name: from-{low}-to-{high}, severity: warn{extra}}}"
            for low, high in SHAPES[shape] for i in range(20)]


def files(lab):
    numbers = ", ".join(f"u(hash(i * 64 + {i})) AS c{i}" for i in range(20))
    many, rare = lab.rows(ROWS), lab.rows(RARE)
    return {"many": lab.data(f"failing-{many}", "failing", rows=many),
            "rare": lab.data(f"rare-{rare}", "rare", rows=rare, numbers=numbers)}


def measure(lab, runs):
    sides, figures = {}, []
    for shape, file in files(lab).items():
        for words, key in KEYS.items():
            name = f"failing-{shape}-{key or 'keyless'}"
            ours, report = gate(lab, name, file, ranges(shape, ""), key)
            plain, of_plain = gate(lab, f"{name}-none", file, ranges(shape, ", samples: 0"), key)
            pair = lab.paired({name: ours, f"{name}-none": plain}, runs or (1 if lab.quick else 5))
            for one in (report, of_plain):
                measured(one)
            sides |= pair
            figures += beside(f"the same without failing rows ({shape}{words})", *pair.values(), cpu=1.2)
    return {"rows": {"many": lab.rows(ROWS), "rare": lab.rows(RARE)}, "sides": sides, "figures": figures}
