"""Prints the graph of a model one of whose versions went into PRD over the gate's head, as SVG."""

import sys

from support.lab import Lab


def main():
    with Lab() as lab:
        for stage, more in (("PPD", ["--version", "v1.0.0"]), ("PPS", []), ("PRD", [])):
            lab.good(stage, "--approver", "Grace Hopper", *more)
        lab.commit("two", x=0.25)
        lab.good("PPD", "--bump", "minor")
        lab.run("PRD")
        lab.good("PRD", "--override", "the old one is down", run="run-PRD.json")
        sys.stdout.write(lab.modelgate("graph", "churn", "--svg").stdout.decode())


main()
