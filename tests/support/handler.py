"""The Node that an agent starts a task's handler with: its own, where script/bootstrap brought it."""

import os
import pathlib

NODES = pathlib.Path(os.environ.get("MODELGATE_SOURCE", pathlib.Path(__file__).parents[2])) / "build/deps/agent-node"
MAJORS = {"Node20_1": "20", "Node24": "24"}
NAME = os.environ.get("MODELGATE_HANDLER", "Node20_1")


def node():
    """For Node20_1 the machine's own will do."""
    own = NODES / MAJORS[NAME] / "node"
    return str(own) if own.exists() or NAME != "Node20_1" else "node"
