"""Pipeline YAML with a place on every node: Text, List and Map are str, list and dict that know where they stand.

Scalars stay texts, since what `true` or `1` means depends on the parameter that gets it. A key that stands twice is
an error, as it is for the service.
"""
import functools
import pathlib

import yaml


class Problem(Exception):
    """What is wrong, and where."""

    def __init__(self, where, message):
        super().__init__(f"{where}: {message}")
        self.where, self.message = where, message


class Text(str):
    where = "?"


class List(list):
    where = "?"


class Map(dict):
    where = "?"


def placed(value, where):
    value.where = where
    return value


def at(value, fallback="?"):
    return getattr(value, "where", fallback)


def _node(node, name):
    where = f"{name}:{node.start_mark.line + 1}"
    if isinstance(node, yaml.ScalarNode):
        # An empty value is the empty text.
        return placed(Text("" if node.tag.endswith(":null") and node.value in ("", "~", "null") else node.value), where)
    if isinstance(node, yaml.SequenceNode):
        return placed(List(_node(child, name) for child in node.value), where)
    mapping = placed(Map(), where)
    for key_node, value_node in node.value:
        key = _node(key_node, name)
        if not isinstance(key, str):
            raise Problem(at(key), "a key must be a text")
        if key in mapping:
            raise Problem(at(key), f"the key {key!r} stands here twice")
        mapping[key] = _node(value_node, name)
    return mapping


@functools.cache
def _composed(text):
    """The same templates are read over and over, which takes most of the time."""
    return yaml.compose(text, Loader=yaml.SafeLoader)


def parse(text, name):
    """The document as nodes; name is what problems call the file."""
    try:
        node = _composed(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Problem(f"{name}:{mark.line + 1 if mark else 1}",
            f"not YAML: {getattr(error, 'problem', error)}") from error
    return placed(Map(), f"{name}:1") if node is None else _node(node, name)


def read(path, name=None):
    return parse(pathlib.Path(path).read_text("utf-8"), name or str(path))


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def _text(dumper, data):
    if data in ("true", "false"):
        return dumper.represent_bool(data == "true")
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(data), style="|" if "\n" in data else None)


_Dumper.add_multi_representer(str, _text)
_Dumper.add_representer(float, lambda d, v: d.represent_int(int(v)) if v == int(v) else d.represent_float(v))
_Dumper.add_multi_representer(list, lambda d, v: d.represent_sequence("tag:yaml.org,2002:seq", v))
_Dumper.add_multi_representer(dict, lambda d, v: d.represent_mapping("tag:yaml.org,2002:map", v.items()))


def dump(value):
    """As YAML again, in the order in which it stands."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=1000, allow_unicode=True)
