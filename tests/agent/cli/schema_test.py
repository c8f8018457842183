#!/usr/bin/env python3
"""The schema of the config: what `tailrace schema` prints is conf/schema.json, the configs in conf/
are valid by it, wrong ones are not, and it knows each key that a loader asks for. TAILRACE names
the binary, SOURCE_DIR the sources."""

import json
import os
import pathlib
import re
import subprocess
import unittest

try:
    import jsonschema
    import yaml
except ImportError:  # The tests that need them say so.
    jsonschema = yaml = None

AGENT = os.environ["TAILRACE"]
SOURCE = pathlib.Path(os.environ["SOURCE_DIR"])
SCHEMA = json.loads((SOURCE / "conf/schema.json").read_text(encoding="utf-8"))
# Calls of MapReader that ask for a key, and the table of stages.
ASKED = re.compile(r'\b(?:Take|Require|Text|String|AbsolutePath|TextList|AbsolutePathList|Boolean|'
                   r'Integer|Bytes|Duration|Choice|LoadFieldTypes|LoadSelector|LoadRegex|'
                   r'LoadPattern|LoadGlobs|LoadFieldsOf|LoadReferences<\w+>)\(\s*(?:reader, )?"(\w+)"')
STAGE = re.compile(r'\{"(\w+)", Load\w+\}')
# Files that read something else: presets and tests of them.
OTHER = {"preset_section.cc", "preset_library.cc"}
WRONG = (
    "agnet: {}",
    "agent: {memory_limt: 1MiB}",
    "agent: {log_level: loud}",
    "sources: {a: {type: file}}",
    "sources: {a: {type: kubernetes_logs, include: [/x]}}",
    "sinks: {a: {type: elasticsearch, endpoints: [x], index: a, data_stream: b}}",
    "sinks: {a: {type: kafka, brokers: [x]}}",
    "sinks: {a: {type: stdout, path: /x}}",
    "pipelines: {a: {from: [x], to: [y], stages: [{parse: json, drop: 'a=1'}]}}",
    "pipelines: {a: {from: [x], to: [y], stages: [{set: {a: 1}, on_error: drop}]}}",
    "pipelines: {a: {from: [x], to: [y], stages: [{parse: {grok: '%{A}', csv: {}}}]}}",
    "pipelines: {a: {from: [x], to: [y], stages: [{redact: {detect: [emial]}}]}}",
    "pipelines: {a: {from: [x], to: [y], stages: [{timestamp: {field: ts}}]}}",
    "pipelines: {a: {from: [x], stages: [{route: {b: {to: [c]}}}]}}",
)
RIGHT = (
    'agent: {memory_limit: "${LIMIT:-64MiB}", log_level: "${LEVEL}", workers: 2, admin: {listen: "[::1]:0"}}',
    "sources: {a: {type: file, include: /x, exclude: '*.gz', start_at: 1h, max_line: 64KiB}}",
    "pipelines: {a: {from: x, to: y, stages: [{parse: [json, {grok: '%{A:b}', names: legacy}, none]}]}}",
    "pipelines: {a: {from: x, to: y, stages: [{parse: my_own_preset, into: app, name: p}]}}",
    "pipelines: {a: {from: x, stages: [{route: {b: {when: 'c=1', to: d}, default: {to: [e]}}}]}}",
    "pipelines: {a: {from: x, to: y, stages: [{set: {a: 1, b: [2], c: {d: null}}, when: 'e=1'}]}}",
    "sinks: {a: {type: kafka, brokers: b, topic: t, properties: {linger.ms: 5}, retry: {min: 1s}}}",
)


def property_names(schema):
    if isinstance(schema, list):
        return set().union(*map(property_names, schema), set())
    if not isinstance(schema, dict):
        return set()
    own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
    return own.union(*map(property_names, schema.values()), set())


class Schema(unittest.TestCase):
    def test_the_command_prints_the_file(self):
        done = subprocess.run([AGENT, "schema"], stdout=subprocess.PIPE, check=True, timeout=60)
        self.assertEqual(done.stdout, (SOURCE / "conf/schema.json").read_bytes())

    def test_it_knows_each_key_that_a_loader_asks_for(self):
        known, asked = property_names(SCHEMA), 0
        for path in sorted((SOURCE / "agent/config").rglob("*.cc")):
            if path.name in OTHER:
                continue
            text = path.read_text(encoding="utf-8")
            for key in ASKED.findall(text) + STAGE.findall(text):
                asked += 1
                self.assertIn(key, known, path)
        self.assertGreater(asked, 120)

    def test_it_lists_the_presets_and_detectors_that_there_are(self):
        parsers = SCHEMA["$defs"]["parser"]["anyOf"][0]["enum"]
        presets = {path.stem for path in (SOURCE / "conf/parsers").glob("*.yaml")}
        self.assertEqual(presets - set(parsers), set())
        self.assertEqual(set(parsers) - presets,
                         {"json", "logfmt", "key_value", "csv", "syslog", "klog", "none"})
        header = (SOURCE / "agent/redact/detector.h").read_text(encoding="utf-8")
        names = re.search(r"kDetectorNames = \{(.*?)\};", header, re.DOTALL)[1]
        detect = SCHEMA["$defs"]["redact"]["properties"]["detect"]["anyOf"][0]["enum"]
        self.assertEqual(detect, re.findall(r'"(\w+)"', names) + ["all"])

    @unittest.skipIf(jsonschema is None, "python3-jsonschema and python3-yaml are not installed")
    def test_the_configs_in_conf_are_valid_and_wrong_ones_are_not(self):
        validator = jsonschema.Draft202012Validator(SCHEMA)
        validator.check_schema(SCHEMA)
        files = sorted((SOURCE / "conf").glob("*.yaml"))
        self.assertGreater(len(files), 1)
        for text in [path.read_text(encoding="utf-8") for path in files] + list(RIGHT):
            errors = [f"{error.json_path}: {error.message}"
                      for error in validator.iter_errors(yaml.safe_load(text))]
            self.assertEqual(errors, [], text)
        for text in WRONG:
            self.assertFalse(validator.is_valid(yaml.safe_load(text)), text)


if __name__ == "__main__":
    unittest.main()
