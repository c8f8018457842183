#!/usr/bin/env python3
"""What `explain` says of a line is what `run --once` writes of it, byte for byte: the same records
end, the others go to the same sinks with the same ids and offsets. Over the lines of the tests in
conf/, and over the odd logs below TAILRACE_CORPORA. TAILRACE names the binary, SOURCE_DIR the
sources."""

import datetime
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

AGENT = os.environ["TAILRACE"]
SOURCE = pathlib.Path(os.environ["SOURCE_DIR"])
CORPORA = pathlib.Path(os.environ.get("TAILRACE_CORPORA") or SOURCE / "../shared/corpora")
# Where each corpus has its logs, as its SOURCE.txt says.
LOGS = {"lnav": "logs", "kafka-broker": "kafka0", "fluentbit-tail": "log"}

CONFIG = """\
agent: {{state_dir: {folder}/state, admin: {{listen: "127.0.0.1:0"}}}}
sources: {{logs: {{type: file, include: [{include}], labels: {{job: odd}}}}}}
pipelines:
  all:
    from: [logs]
    stages:
      - parse: [{parsers}]
        name: formats
      - set: {{env: prod, origin: "of {{{{ job }}}} at {{{{ .log.level }}}}"}}
      - rename: {{msg: text, level: log.level, lvl: log.level}}
      - drop: 'log.level=~"(?i)debug|trace"'
        name: chatter
      - remove: [source.port, attrs]
        when: 'env="prod"'
{dedupe}      - redact: {{detect: [email, ipv4, password], action: mask, keep_last: 2}}
      - route:
          errors: {{when: 'log.level=~"(?i)err.*|fatal|severe" or http.response.status_code >= 400', to: [errors]}}
          default: {{to: [rest]}}
sinks:
  errors: {{type: file, path: {folder}/errors.ndjson}}
  rest: {{type: file, path: {folder}/rest.ndjson}}
"""
CHAINS = ("json, nginx_access, apache_error, kafka, redis, system_syslog, logfmt, none",
          "kubernetes_component, tomcat, postgresql, mysql_error, syslog, key_value",
          "{regex: '(?P<log_word>\\\\w+) (?P<rest>.*)'}, {pattern: '<a> <b>'}")
# `explain` looks at one file, and windows go on in the next generation of a log.
DEDUPE = "      - dedupe: {window: 10m}\n        name: repeats\n"
TIME = re.compile(rb'"(?:@timestamp|since)":"([^"]*)"')


def without_read_time(document, begin):
    """A line without a time of its own has that at which it was read, which is after `begin`."""
    first = begin.strftime("%Y-%m-%dT%H:%M:%S").encode()
    return TIME.sub(lambda time: time[0] if time[1] < first else b"", document)


def lines_of_tests(folder):
    """The plain and quoted lines below every `lines:`; what YAML makes of them does not matter."""
    for path in sorted(folder.glob("*.yaml")):
        for match in re.finditer(r"(?m)^\s+- (['\"|]?)(.+)$", path.read_text(encoding="utf-8")):
            yield match[2].rstrip(match[1]) if match[1] else match[2]


class Run:
    """One config over one folder of logs."""

    def __init__(self, folder, include, chain, dedupe):
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "tailrace.yaml"
        self.config.write_text(CONFIG.format(folder=folder, include=include, parsers=chain,
                                             dedupe=dedupe), encoding="utf-8")

    def call(self, *arguments):
        done = subprocess.run([AGENT, *map(str, arguments)], stdin=subprocess.DEVNULL, timeout=300,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if done.returncode != 0:
            raise AssertionError(done.stderr.decode(errors="replace"))
        return done.stdout

    def written(self):
        """{id: (sink, document)} as the sinks have it."""
        self.call("run", "--once", "-c", self.config)
        records = {}
        for sink in ("errors", "rest"):
            path = self.folder / f"{sink}.ndjson"
            for line in path.read_bytes().splitlines() if path.exists() else ():
                add(records, json.loads(line)["event"]["id"], sink, line)
        return records

    def explained(self, path, records):
        """Adds the records that go anywhere, as written() has them; how many go nowhere."""
        ended = 0
        for line in self.call("explain", "--json", "-c", self.config, "--file", path).splitlines():
            record = json.loads(line)
            if record["document"] is None:
                if record["sinks"]:
                    raise AssertionError(f"sinks without a document: {line}")
                ended += 1
                continue
            begin = line.index(b'"document":') + len(b'"document":')
            document = line[begin:line.rindex(b',"sinks":[')]
            add(records, record["document"]["event"]["id"], record["sinks"][0]["sink"], document)
        return ended


def add(records, event_id, sink, document):
    if event_id in records:
        raise AssertionError(f"twice: {document}")
    records[event_id] = (sink, document)


class ExplainEqualsRun(unittest.TestCase):
    def compare(self, files, include, dedupe=""):
        total = ended = 0
        for chain in CHAINS:
            with tempfile.TemporaryDirectory(prefix="tailrace-explain-") as folder:
                begin = datetime.datetime.now(datetime.timezone.utc)
                run = Run(folder, include, chain, dedupe)
                written, explained = run.written(), {}
                nowhere = sum(run.explained(path, explained) for path in files)
                total, ended = total + len(explained) + nowhere, ended + nowhere
                self.assertEqual(sorted(written), sorted(explained), chain)
                for event_id, (sink, document) in written.items():
                    self.assertEqual((sink, without_read_time(document, begin)),
                                     (explained[event_id][0],
                                      without_read_time(explained[event_id][1], begin)), chain)
        print(f"{include}: {total} records of {len(files)} files by {len(CHAINS)} chains, "
              f"{ended} of them ended on the way: explained as they are written")
        self.assertGreater(total, 0)

    def test_on_the_lines_of_the_tests_in_conf(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-explain-") as folder:
            files = []
            for name in ("parsers", "tests"):
                path = pathlib.Path(folder).resolve() / f"{name}.log"
                lines = list(lines_of_tests(SOURCE / "conf" / name))
                self.assertGreater(len(lines), 10, name)
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")
                files.append(path)
            self.compare(files, f"{files[0].parent}/*.log", DEDUPE)

    def test_on_the_logs_of_the_corpora(self):
        if not CORPORA.exists():
            self.skipTest(f"{CORPORA} is not there")
        for corpus, logs in LOGS.items():
            folder = (CORPORA / corpus / logs).resolve()
            with self.subTest(corpus=corpus):
                files = [path for path in sorted(folder.iterdir()) if path.stat().st_size > 0]
                self.compare(files, f"{folder}/*")


if __name__ == "__main__":
    unittest.main()
