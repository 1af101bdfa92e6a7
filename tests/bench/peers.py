"""What the cases drift and slices share: figures against a Python program that prints its numbers."""
import json

from lab import ratio, spread


def figures(what, ours, peer, wanted):
    """`peer` printed JSON with the seconds that it took without its imports; wanted: at least so many times."""
    without_imports = {**peer, "wall": spread(peer["inner"]), "walls": peer["inner"]}
    mine = f"{ours['wall']['median']:.2f} s"
    return [
        {"what": f"{what}, wall time, times faster", "ratio": ratio(peer, ours), "wanted": wanted, "at_most": False,
         "ours": mine, "theirs": f"{peer['wall']['median']:.2f} s"},
        {"what": "the same without Python's imports", "ratio": ratio(without_imports, ours), "wanted": wanted,
         "at_most": False, "ours": mine, "theirs": f"{without_imports['wall']['median']:.2f} s"},
        {"what": "CPU time, times less", "ratio": ratio(peer, ours, "cpu"),
         "ours": f"{ours['cpu']['median']:.2f} s", "theirs": f"{peer['cpu']['median']:.2f} s"},
        {"what": "peak memory, times less", "ratio": ratio(peer, ours, "peak_bytes"),
         "ours": f"{ours['peak_bytes']['median'] / 1e6:.0f} MB",
         "theirs": f"{peer['peak_bytes']['median'] / 1e6:.0f} MB"},
    ]


def take_output(peer):
    """The peer's last answer; keeps from each run how long it took without the imports."""
    answers = [json.loads(text) for text in peer.pop("outputs")]
    peer["inner"] = [answer["seconds"] for answer in answers]
    return answers[-1]
