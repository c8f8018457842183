#!/usr/bin/env python3
"""parse, explain and test as a person meets them: what they print, their exit codes, and texts that
are empty, no UTF-8, without a newline at the end, or very long. TAILRACE names the binary."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

AGENT = os.environ["TAILRACE"]
CONFIG = """\
agent: {{state_dir: {folder}/state, id_key: a key of the test}}
sources: {{app: {{type: file, include: [{folder}/*.log], max_line: 64KiB}}}}
pipelines:
  all:
    from: [app]
    stages:
      - parse: [json, none]
      - drop: 'level="debug"'
        name: chatter
    to: [out]
sinks: {{out: {{type: file, path: {folder}/out.ndjson}}}}
"""


class Tools(unittest.TestCase):
    def setUp(self):
        home = tempfile.TemporaryDirectory(prefix="tailrace-tools-")
        self.addCleanup(home.cleanup)
        self.folder = pathlib.Path(home.name)
        self.config = self.write("c.yaml", CONFIG.format(folder=self.folder))

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def call(self, *arguments, text=b"", code=0):
        done = subprocess.run([AGENT, *map(str, arguments)], input=text, timeout=120, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, code, done.stderr[-2000:])
        return done.stdout, done.stderr.decode()

    def objects(self, *arguments, text=b"", code=0):
        return [json.loads(line) for line in self.call(*arguments, text=text, code=code)[0]
                .splitlines()]

    def explain(self, text):
        return self.objects("explain", "--json", "-c", self.config, text=text)

    def test_parse_prints_an_object_a_line_and_fails_when_one_is_refused(self):
        self.assertEqual(self.objects("parse", "--as", "logfmt", text=b"a=1 b=x\r\nc=2"),
                         [{"a": "1", "b": "x"}, {"c": "2"}])
        self.assertEqual(self.objects("parse", "--as", "pattern:[<a>] <b>", text=b"[x] y\nz\n", code=1),
                         [{"a": "x", "b": "y"},
                          {"message": "z", "parse_error": "refused by every parser"}])
        self.assertEqual(self.objects("parse", "--as", "json"), [])

    def test_parse_takes_any_bytes_and_long_lines(self):
        for text in (b"\xff\xfe\x00\n", b"\x00", b"{\"a\":\"\xc3\"}\n", b"\n"):
            done = self.objects("parse", "--as", "json", text=text, code=1)
            self.assertEqual([sorted(record) for record in done], [["message", "parse_error"]])
        long = b"x" * (10 << 20)
        self.assertEqual(self.objects("parse", "--as", "pattern:<a>-", text=long + b"-"),
                         [{"a": long.decode()}])

    def test_parse_names_an_unknown_parser_and_the_place_in_a_wrong_one(self):
        self.assertIn('did you mean "nginx_access"', self.call("parse", "--as", "nginx_acces",
                                                               code=78)[1])
        self.assertIn("--as:1:", self.call("parse", "--as", r"regex:(?P<a>x)\1", code=78)[1])

    def test_explain_tells_of_every_stage_and_where_a_line_goes(self):
        records = self.explain(b'{"level":"debug"}\n{"level":"info"}')
        self.assertEqual([record["line"] for record in records], [1, 2])
        self.assertEqual([stage["stage"] for stage in records[0]["stages"]], ["parse", "chatter"])
        self.assertIsNone(records[0]["document"])
        self.assertEqual(records[1]["document"]["level"], "info")
        self.assertEqual(records[1]["sinks"],
                         [{"sink": "out", "destination": f"{self.folder}/out.ndjson"}])
        text = self.call("explain", "-c", self.config, text=b'{"level":"debug"}')[0].decode()
        self.assertIn("ended by chatter", text)

    def test_what_a_parser_sends_to_the_dead_letters_is_redacted(self):
        log = self.write("in.log", "no json, ada@example.com\n")
        config = self.write("dead.yaml", f"""agent: {{state_dir: {self.folder}/state}}
sources: {{in: {{type: file, include: [{log}]}}}}
pipelines:
  all:
    from: [in]
    stages: [{{parse: json, on_error: dead_letter}}, {{redact: {{detect: all}}}}]
    to: [out]
sinks: {{out: {{type: file, path: {self.folder}/dead_out.ndjson}}}}
""")
        stage = self.objects("explain", "--json", "-c", config, "--file", log)[0]["stages"][1]
        self.assertEqual((stage["applied"], stage["changed"]), (True, ["message"]))
        self.call("run", "--once", "-c", config, code=1)
        letters = (self.folder / "state/dead_letters/out.ndjson").read_text(encoding="utf-8")
        self.assertIn("no json, ", letters)
        self.assertNotIn("ada@example.com", letters)

    def test_explain_takes_any_bytes_and_long_lines(self):
        self.assertEqual(self.explain(b""), [])
        self.assertEqual(self.explain(b"a\xffb")[0]["document"]["message"], "a\ufffdb")
        records = self.explain(b"x" * (10 << 20))
        self.assertGreater(len(records), 0)
        self.assertLessEqual(len(records[0]["document"]["message"]), 64 << 10)

    def test_explain_begins_at_an_offset_and_refuses_one_behind_the_end(self):
        log = self.write("a.log", "one\ntwo\n")
        records = self.objects("explain", "--json", "-c", self.config, "--file", f"{log}:4")
        self.assertEqual([(record["document"]["message"], record["document"]["log"]["offset"])
                          for record in records], [("two", 4)])
        for wrong in (f"{log}:9", self.folder / "none.log"):
            self.assertIn("explain: ", self.call("explain", "-c", self.config, "--file", wrong,
                                                 code=1)[1])
        self.assertIn("nope", self.call("explain", "-c", self.config, "--source", "nope",
                                        code=1)[1])

    def test_a_failing_test_is_shown_as_a_difference(self):
        path = self.write("t.yaml", "config: c.yaml\ntests:\n"
                          "- {name: good, lines: ['{\"level\":\"debug\"}'], dropped_by: {chatter: 1}}\n"
                          "- {name: bad, lines: ['{\"a\":1}'], expect: {out: [{a: 2}]}}\n")
        out = self.call("test", path, "--junit", self.folder / "junit.xml", code=1)[0].decode()
        self.assertRegex(out, r"exp: 2\n +got: 1\n")
        self.assertTrue(out.endswith("1 passed, 1 failed\n"), out)
        self.assertIn('failures="1"', (self.folder / "junit.xml").read_text(encoding="utf-8"))
        out = self.call("test", path, "--run", "^good$")[0].decode()
        self.assertTrue(out.endswith("1 passed, 0 failed\n"), out)

    def test_wrong_files_of_tests_exit_78(self):
        path = self.write("t.yaml", "parser: jsno\ntests: [{name: n, lines: [a], expect: [{}]}]\n")
        self.assertIn('did you mean "json"', self.call("test", path, code=78)[1])
        self.call("test", self.folder / "none", code=78)

    def test_check_warns_of_fields_that_nothing_makes_and_times_presets(self):
        text = self.config.read_text(encoding="utf-8")
        self.config.write_text(text.replace("[json, none]", "redis"), encoding="utf-8")
        out, warnings = self.call("check", "-v", "-c", self.config)
        self.assertRegex(out.decode(), r"(?m)^ +redis: preset, \d+ ns a line$")
        self.assertIn('makes a field "level"', warnings)
        self.call("check", "--strict", "-c", self.config, code=1)


if __name__ == "__main__":
    unittest.main()
