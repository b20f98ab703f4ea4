"""Renders templates with Python's jinja2, set up as Transformers sets it up for chat templates.

Reads a list of {"source", "variables"} as JSON from the file named first, and writes a list of {"text"} or {"error"} to
the file named second. The third argument is the time, in seconds since 1970, that strftime_now prints.
"""

import json
import sys
from datetime import datetime

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime.fromtimestamp(int(sys.argv[3]))


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_render"), [], [], body).set_lineno(line)

    def _render(self, caller):
        return caller()


class Dictionary:
    def __call__(self, *args, **kwargs):
        return dict(*args, **kwargs)


def checked(name):
    if isinstance(name, str) and name.startswith("_"):
        raise jinja2.exceptions.SecurityError(name)


class Namespace(jinja2.utils.Namespace):
    def __init__(*args, **kwargs):
        self, args = args[0], args[1:]
        attributes = dict(*args, **kwargs)
        for name in attributes:
            checked(name)
        jinja2.utils.Namespace.__init__(self, attributes)

    def __setitem__(self, name, value):
        checked(name)
        jinja2.utils.Namespace.__setitem__(self, name, value)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


environment = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
)
environment.filters["tojson"] = tojson
environment.globals.update(
    raise_exception=raise_exception,
    strftime_now=NOW.strftime,
    dict=Dictionary(),
    namespace=Namespace,
)

compiled = {}


def render(case):
    source = case["source"]
    try:
        if source not in compiled:
            compiled[source] = environment.from_string(source)
        return {"text": compiled[source].render(**case["variables"])}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


with open(sys.argv[1], encoding="utf-8") as file:
    cases = json.load(file)
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump([render(case) for case in cases], file)
