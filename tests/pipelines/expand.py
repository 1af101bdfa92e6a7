"""Expands pipeline templates as the service does before a run: parameters, if, each, insert, extends, nested templates.

expand() returns the pipeline with all stages, and the list of what is wrong (Problem), each with its place. A thing
that is wrong does not end the work: one look shows all of them.
"""
import pathlib
import re

from pipelines.expressions import BadExpression, evaluate, parse as parse_expression, text_of, truth
from pipelines.source import List, Map, Problem, Text, at, placed, read

MARK = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
WHOLE = re.compile(r"\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*", re.DOTALL)
EACH = re.compile(r"each\s+([A-Za-z_]\w*)\s+in\s+(.+)", re.DOTALL)
MOST_FILES, MOST_LEVELS = 100, 20

LISTS = {"stepList": "steps", "jobList": "jobs", "deploymentList": "jobs", "stageList": "stages", "stringList": None}
SINGLE = {"step", "job", "deployment", "stage"}
TYPES = {"string", "number", "boolean", "object"} | set(LISTS) | SINGLE


class Parameters(dict):
    """The declared parameters of one file; any other name is an error."""

    def look_up(self, key):
        for name, value in self.items():
            if name.lower() == key.lower():
                return value
        raise BadExpression(f"there is no parameter {key!r}; there are {', '.join(self) or 'none'}")


def typed(declared, value, where):
    """A parameter's value as its type; Problem when it cannot be."""
    name, kind = declared["name"], declared.get("type", "string")
    values = declared.get("values")
    if kind in ("string", "number", "boolean"):
        if isinstance(value, (list, dict)):
            raise Problem(where, f"the parameter {name!r} is a {kind}, not a list or mapping")
        if kind == "boolean":
            if text_of(value).lower() not in ("true", "false"):
                raise Problem(where, f"the parameter {name!r} is true or false, not {text_of(value)!r}")
            value = text_of(value).lower() == "true"
        elif kind == "number":
            try:
                value = float(text_of(value))
            except ValueError:
                raise Problem(where, f"the parameter {name!r} is a number, not {text_of(value)!r}")
        else:
            value = placed(Text(text_of(value)), where)
        if values and text_of(value) not in [text_of(v) for v in values]:
            raise Problem(where, f"the parameter {name!r} may be {', '.join(values)}, not {text_of(value)!r}")
    elif kind in LISTS:
        if not isinstance(value, list):
            raise Problem(where, f"the parameter {name!r} is a list")
    elif kind in SINGLE and not isinstance(value, dict):
        raise Problem(where, f"the parameter {name!r} is a mapping")
    return value


class Expander:
    def __init__(self, root, repositories=None, variables=None):
        self.root = pathlib.Path(root)
        self.repositories = {k: pathlib.Path(v) for k, v in (repositories or {}).items()}
        self.variables = variables or {}
        self.problems, self.files, self.used = [], set(), set()

    def problem(self, where, message):
        if not any((p.where, p.message) == (where, message) for p in self.problems):
            self.problems.append(Problem(where, message))

    # --- expressions ---
    def value(self, expression, scope, where):
        try:
            return evaluate(parse_expression(expression), scope["names"])
        except BadExpression as error:
            self.problem(where, str(error))
        except (TypeError, ValueError, IndexError) as error:
            self.problem(where, f"{expression.strip()!r}: {error}")
        return None

    def text(self, text, scope):
        where = at(text)
        whole = WHOLE.fullmatch(text)
        if whole:
            found = self.value(whole[1], scope, where)
            return placed(Text(found), where) if isinstance(found, str) and not hasattr(found, "where") else found

        def put(match):
            try:
                return text_of(self.value(match[1], scope, where))
            except BadExpression as error:
                self.problem(where, f"{match[1].strip()!r}: {error}")
                return ""
        out = MARK.sub(put, text)
        if "${{" in out:
            self.problem(where, "${{ is not closed")
        return placed(Text(out), where)

    # --- structure ---
    def directive(self, key):
        """(word, rest) of a key such as ${{ if x }}, else None."""
        whole = WHOLE.fullmatch(key)
        if not whole:
            return None
        inner = whole[1].strip()
        word, _, rest = inner.partition(" ")
        if word in ("if", "elseif", "each") and rest.strip():
            return word, rest.strip()
        return (inner, "") if inner in ("else", "insert") else None

    def branches(self, word, rest, state, scope, where):
        """Scopes in which the part below a directive is expanded; state: of the if before, at this level."""
        if word == "if":
            state["open"] = state["chain"] = True
        elif word in ("elseif", "else") and not state.get("chain"):
            self.problem(where, f"{word} without an if before it")
            return []
        if word == "each":
            match = EACH.fullmatch("each " + rest)
            if not match:
                self.problem(where, f"each is written 'each NAME in LIST', not 'each {rest}'")
                return []
            items = self.value(match[2], scope, where)
            if isinstance(items, dict):
                items = [{"key": k, "value": v} for k, v in items.items()]
            if not isinstance(items, list):
                self.problem(where, f"each needs a list or mapping: {match[2].strip()}")
                return []
            return [dict(scope, names=dict(scope["names"], **{match[1]: item})) for item in items]
        if word == "insert":
            return [scope]
        taken = state["open"] and (word == "else" or truth(self.value(rest, scope, where)))
        if taken:
            state["open"] = False
        return [scope] if taken else []

    def mapping(self, node, scope):
        out, state = placed(Map(), at(node)), {}
        for key, value in node.items():
            found = self.directive(key)
            if found:
                for inner in self.branches(*found, state, scope, at(key, at(node))):
                    part = self.node(value, inner)
                    if part is None or part == "":
                        continue
                    if not isinstance(part, dict):
                        self.problem(at(value), f"below {key.strip()} must be a mapping")
                        continue
                    for k, v in part.items():
                        self.put(out, k, v, at(key))
            else:
                state = {}
                name = self.text(key, scope) if "${{" in key else key
                self.put(out, name, self.node(value, scope), at(key))
        return out

    def put(self, out, key, value, where):
        if key in out:
            self.problem(where, f"the key {key!r} comes twice")
        out[key] = value

    def sequence(self, node, scope):
        out, state = placed(List(), at(node)), {}
        for item in node:
            # Below it stands a list; a mapping there is the item itself, made key by key.
            if isinstance(item, dict) and len(item) >= 1 and self.directive(next(iter(item))) and \
                    not (len(item) == 1 and isinstance(next(iter(item.values())), dict)):
                key, value = next(iter(item.items()))
                if len(item) > 1:
                    self.problem(at(item), f"{key.strip()} must stand alone in its list item")
                for inner in self.branches(*self.directive(key), state, scope, at(key)):
                    part = self.node(value, inner)
                    if not isinstance(part, list):
                        self.problem(at(value), f"below {key.strip()} must be a list")
                        continue
                    out.extend(part)
                continue
            state = {}
            if isinstance(item, dict) and "template" in item:
                out.extend(self.template(item, scope))
                continue
            value = self.node(item, scope)
            # An expression that is a list stands for its items.
            if isinstance(value, list) and isinstance(item, str):
                out.extend(value)
            else:
                out.append(value)
        return out

    def node(self, node, scope):
        if isinstance(node, dict):
            return self.mapping(node, scope)
        if isinstance(node, list):
            return self.sequence(node, scope)
        if isinstance(node, str):
            return self.text(node, scope) if "${{" in node else node
        return node

    # --- files ---
    def find(self, reference, scope, where):
        """(path, repository root, alias) of what `template:` names."""
        path, _, alias = reference.partition("@")
        if alias in ("", scope["alias"]):
            base, alias = (scope["root"] if path.startswith("/") or alias else scope["file"].parent), scope["alias"]
            root = scope["root"]
        elif alias == "self":
            base = root = self.root
        elif alias in self.repositories:
            base = root = self.repositories[alias]
        else:
            self.problem(where, f"there is no repository {alias!r} in resources; there are "
                                f"{', '.join(self.repositories) or 'none'} and self")
            return None
        found = (base / path.lstrip("/")).resolve()
        if not found.is_file():
            self.problem(where, f"there is no template {reference!r}: {found}")
            return None
        return found, root, alias

    def open(self, path):
        self.files.add(path)
        if len(self.files) > MOST_FILES:
            self.problem(str(path), f"more than {MOST_FILES} files")
        try:
            return read(path, self.name(path))
        except Problem as error:
            self.problem(error.where, error.message)
            return placed(Map(), str(path))

    def name(self, path):
        for root in (self.root, *self.repositories.values()):
            if path.is_relative_to(root.resolve()):
                return str(path.relative_to(root.resolve()))
        return str(path)

    def parameters(self, document, given, where):
        declared = document.get("parameters", [])
        out = Parameters()
        if not isinstance(declared, list):
            self.problem(at(declared), "parameters must be a list of name, type and default")
            return out
        names = {}
        for one in declared:
            if one.get("name") in names:
                self.problem(at(one), f"the parameter {one['name']!r} is declared twice")
            names[one.get("name")] = one
            if one.get("type", "string") not in TYPES:
                self.problem(at(one), f"there is no parameter type {one['type']!r}")
        for key in given:
            if key not in names:
                self.problem(at(key, where), f"unexpected parameter {key!r}; there are {', '.join(names) or 'none'}")
        for name, one in names.items():
            if name in given:
                value, place = given[name], at(given[name], where)
            elif "default" in one:
                value, place = one["default"], at(one)
            else:
                self.problem(where, f"the parameter {name!r} is required")
                value, place = None, where
            try:
                out[name] = value if value is None else typed(one, value, place)
            except Problem as error:
                self.problem(error.where, error.message)
                out[name] = value
        return out

    def template(self, item, scope):
        where = at(item)
        reference = self.node(item["template"], scope)
        given = self.node(item.get("parameters", Map()), scope)
        for key in item:
            if key not in ("template", "parameters"):
                self.problem(where, f"{key!r} cannot stand beside template")
        found = self.find(reference, scope, where)
        if not found:
            return []
        if scope["level"] >= MOST_LEVELS:
            self.problem(where, f"more than {MOST_LEVELS} templates in one another")
            return []
        path, root, alias = found
        document = self.open(path)
        inner = self.scope(document, path, root, alias, given, where, scope["level"] + 1)
        kinds = [k for k in ("steps", "jobs", "stages", "variables") if k in document]
        if len(kinds) != 1:
            self.problem(where, f"{reference} must hold one of steps, jobs, stages, variables")
            return []
        body = self.node(document[kinds[0]], inner)
        return body if isinstance(body, list) else []

    def scope(self, document, path, root, alias, given, where, level):
        parameters = self.parameters(document, given if isinstance(given, dict) else {}, where)
        return {"names": {"parameters": parameters, "variables": self.variables}, "file": path, "root": root,
                "alias": alias, "level": level}

    def entry(self, path, given):
        path = pathlib.Path(path).resolve()
        document = self.open(path)
        scope = self.scope(document, path, self.root.resolve(), "self", given, f"{self.name(path)}:1", 0)
        body = placed(Map({k: v for k, v in document.items() if k != "parameters"}), at(document))
        for one in (document.get("resources") or {}).get("repositories", []):
            if one["repository"] not in self.repositories:
                self.problem(at(one), f"no folder is given for the repository {one['repository']!r}")
        extends = body.pop("extends", None)
        out = self.node(body, scope)
        while extends is not None:
            found = self.find(self.node(extends["template"], scope), scope, at(extends))
            if not found:
                break
            given = self.node(extends.get("parameters", Map()), scope)
            path, root, alias = found
            document = self.open(path)
            scope = self.scope(document, path, root, alias, given, at(extends), scope["level"] + 1)
            for key in ("trigger", "pr", "schedules", "name"):
                if key in document:
                    self.problem(at(document[key]), f"{key} can only stand in the entry file")
            body = placed(Map({k: v for k, v in document.items() if k not in ("parameters", "extends")}), at(document))
            for key, value in self.node(body, scope).items():
                self.put(out, key, value, at(value))
            extends = document.get("extends")
        return out


def whole(pipeline):
    """The pipeline in its full form: stages with jobs with steps."""
    if "stages" in pipeline:
        return pipeline
    out = placed(Map({k: v for k, v in pipeline.items() if k not in ("jobs", "steps", "pool")}), at(pipeline))
    jobs = pipeline.get("jobs")
    if jobs is None:
        job = placed(Map({"job": Text("Job")}), at(pipeline))
        if "pool" in pipeline:
            job["pool"] = pipeline["pool"]
        job["steps"] = pipeline.get("steps", [])
        jobs = [job]
    out["stages"] = [placed(Map({"stage": Text("__default"), "jobs": jobs}), at(pipeline))]
    return out


def refuse_unexpected(expander, pipeline):
    """As the service does: a stage begins with the key stage, a job with job or deployment."""
    def known(items, words):
        for item in items:
            first = next((k for k in item if k not in ("displayName",)), "") if isinstance(item, dict) else item
            if not any(word in item for word in words):
                expander.problem(at(item), f"Unexpected value {str(first)!r}")
        return [item for item in items if any(word in item for word in words)]
    pipeline["stages"] = known(pipeline["stages"], ("stage",))
    for stage in pipeline["stages"]:
        stage["jobs"] = known(stage.get("jobs", []), ("job", "deployment"))


def expand(path, parameters=None, root=None, repositories=None, variables=None):
    """(pipeline, problems, files read). root: the repository that path is in."""
    expander = Expander(root or pathlib.Path(path).parent, repositories, variables)
    pipeline = whole(expander.entry(path, parameters or {}))
    refuse_unexpected(expander, pipeline)
    if not pipeline["stages"]:
        expander.problem(at(pipeline), "no stage is left")
    return pipeline, expander.problems, expander.files
