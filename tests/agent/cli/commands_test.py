#!/usr/bin/env python3
"""What a person sees of the commands: exit codes, where messages go, the last line of --once.
TAILRACE names the binary."""

import contextlib
import http.server
import json
import os
import pathlib
import pty
import shutil
import subprocess
import tempfile
import threading
import unittest

AGENT = os.environ["TAILRACE"]

CONFIG = """\
agent: {{state_dir: {folder}/state, admin: {{listen: "127.0.0.1:0"}}}}
sources: {{logs: {{type: file, include: [{folder}/*.log]}}}}
pipelines: {{all: {{from: [logs], to: [out]}}}}
sinks: {{out: {{type: {sink}}}}}
"""


@contextlib.contextmanager
def http_server(answer):
    """Answers every request with what `answer` returns; the port."""
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.reply(answer())

        def do_GET(self):
            self.reply(b'{"version":{"number":"8.15.0"}}')

        def reply(self, body):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Elastic-Product", "Elasticsearch")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


class Commands(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.TemporaryDirectory(prefix="tailrace-cli-")
        self.addCleanup(self.home.cleanup)
        self.folder = pathlib.Path(self.home.name)
        self.config = self.write("tailrace.yaml", self.text())

    def text(self, sink="blackhole"):
        return CONFIG.format(folder=self.folder, sink=sink)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def run_agent(self, *arguments, **more):
        return subprocess.run([AGENT, *map(str, arguments)], stdin=subprocess.DEVNULL, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False, **more)

    def once(self, *more):
        done = self.run_agent("run", "--once", "-c", self.config, *more)
        return done, json.loads(done.stdout.splitlines()[-1])

    def test_version_is_one_line(self):
        done = self.run_agent("version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^tailrace \d+\.\d+\.\d+\S*\n$")

    def test_wrong_calls_fail_and_say_how_to_ask(self):
        for arguments in ((), ("jump",), ("run",), ("check", "-c"), ("run", "-c", "x", "--twice")):
            done = self.run_agent(*arguments)
            self.assertEqual(done.returncode, 1, arguments)
            self.assertIn("--help", done.stdout + done.stderr, arguments)

    def test_check_says_ok_and_leaves_the_state_directory_alone(self):
        done = self.run_agent("check", "-c", self.config)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(": ok: 1 sources, 1 pipelines, 1 sinks", done.stdout)
        self.assertFalse((self.folder / "state").exists())

    def test_config_errors_exit_78_with_place_line_and_caret(self):
        bad = self.write("bad.yaml", self.text().replace("include", "includes"))
        for command in (("check",), ("run",), ("run", "--once")):
            done = self.run_agent(*command, "-c", bad)
            self.assertEqual(done.returncode, 78, command)
            self.assertEqual(done.stdout, "")
            self.assertRegex(done.stderr, rf"(?m)^{bad}:2:30: error: .*\"include\"")
            self.assertRegex(done.stderr, r"(?m)^ +\^")

    def test_a_missing_config_exits_78(self):
        done = self.run_agent("check", "-c", self.folder / "none.yaml")
        self.assertEqual(done.returncode, 78)
        self.assertIn("none.yaml", done.stderr)

    def test_strict_fails_on_warnings_only(self):
        self.assertEqual(self.run_agent("check", "--strict", "-c", self.config).returncode, 0)
        text = self.text() + "  idle: {type: blackhole}\n"
        text = text.replace("sinks: {out: {type: blackhole}}\n", "sinks:\n  out: {type: blackhole}\n")
        warned = self.write("warned.yaml", text)
        self.assertEqual(self.run_agent("check", "-c", warned).returncode, 0)
        done = self.run_agent("check", "--strict", "-c", warned)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("warning: ", done.stderr)

    def test_once_reads_all_prints_the_balance_and_a_second_run_finds_nothing(self):
        self.write("a.log", "one\ntwo\nthree")
        done, summary = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((summary["records"], summary["bytes"]), (3, 13))
        self.assertIs(summary["balanced"], True)
        self.assertEqual(summary["sinks"]["out"]["delivered"], 3)
        self.assertEqual((summary["filtered"], summary["dropped"]), ({}, {}))
        self.assertEqual(self.once()[1]["records"], 0)
        self.assertEqual(self.once("--no-state")[1]["records"], 3)

    def test_what_is_passed_over_is_counted_and_balanced(self):
        with open(self.folder / "sparse.log", "wb") as sparse:
            sparse.write(b"one\n")
            sparse.seek(10 << 20)
            sparse.write(b"two\n")
        self.assertIs(self.once()[1]["balanced"], True)
        text = self.text().replace("type: file,", "type: file, start_at: end,")
        self.write("tailrace.yaml", text.replace("/state", "/state2"))
        done, summary = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((summary["records"], summary["balanced"]), (0, True))

    def test_rejected_lines_are_written_without_a_state_directory(self):
        self.write("a.log", "one\n")
        with http_server(lambda: b'{"errors":true,"items":[{"create":{"status":400,"error":'
                                 b'{"type":"t","reason":"r"}}}]}') as port:
            sink = (f"elasticsearch, endpoints: [\"http://127.0.0.1:{port}\"], "
                    "data_stream: logs-a-b, compression: none")
            self.write("tailrace.yaml", self.text(sink=sink))
            done, summary = self.once("--no-state")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIs(summary["balanced"], True, summary)
        self.assertEqual(summary["sinks"]["out"]["rejected"], 1)
        letters = (self.folder / "state/dead_letters/out.ndjson").read_text(encoding="utf-8")
        self.assertIn("t: r", letters)

    def test_the_summary_is_the_last_line_behind_a_stdout_sink(self):
        self.write("tailrace.yaml", self.text(sink="stdout"))
        self.write("a.log", "one\n")
        done, summary = self.once()
        self.assertEqual(json.loads(done.stdout.splitlines()[0])["message"], "one")
        self.assertEqual(summary["sinks"]["out"]["delivered"], 1)

    def test_nothing_to_read_ends_at_once(self):
        _, summary = self.once()
        self.assertEqual((summary["records"], summary["balanced"]), (0, True))
        # A round of the reader is a second when it sleeps through it.
        self.assertLess(summary["seconds"], 0.5)

    def test_once_gives_up_on_a_file_that_cannot_be_written_and_loses_nothing(self):
        self.write("a.log", "one\ntwo\n")
        out = self.folder / "out.ndjson"
        out.mkdir()
        self.write("tailrace.yaml", self.text(sink=f"file, path: {out}"))
        done, summary = self.once()
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIs(summary["balanced"], False)
        self.assertIn("gives up", done.stderr)
        self.assertIn(str(out), done.stderr)
        out.rmdir()
        done, summary = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(summary["sinks"]["out"]["delivered"], 2)
        self.assertEqual(len(out.read_text(encoding="utf-8").splitlines()), 2)

    def test_a_file_in_utf_16_arrives_as_utf_8_and_is_resumed(self):
        log = self.folder / "wide.log"
        log.write_bytes("\ufeffeins\nzw\u00f6lf \u0a0a\U0001f600\n".encode("utf-16le"))
        text = self.text(sink="stdout").replace("type: file,",
                                                "type: file, encoding: utf-16le, start_at: end,")
        self.write("tailrace.yaml", text)
        self.assertEqual(self.once("--no-state")[1]["records"], 0)
        self.write("tailrace.yaml", text.replace("start_at: end,", ""))
        for messages in (["eins", "zw\u00f6lf \u0a0a\U0001f600"], ["drei"]):
            done, summary = self.once()
            self.assertEqual(done.returncode, 0, done.stderr)
            documents = [json.loads(line) for line in done.stdout.splitlines()[:-1]]
            self.assertEqual([document["message"] for document in documents], messages)
            self.assertIs(summary["balanced"], True)
            with open(log, "ab") as more:
                more.write("drei\n".encode("utf-16le"))

    def test_a_terminal_gets_documents_indented(self):
        self.write("tailrace.yaml", self.text(sink="stdout"))
        self.write("a.log", "one\n")
        ours, agents = pty.openpty()
        try:
            done = subprocess.run([AGENT, "run", "--once", "--no-state", "-c", str(self.config)],
                                  stdin=subprocess.DEVNULL, stdout=agents, timeout=60,
                                  stderr=subprocess.PIPE, check=False)
            shown = os.read(ours, 65536).decode().replace("\r\n", "\n")
        finally:
            os.close(ours)
            os.close(agents)
        self.assertEqual(done.returncode, 0, done.stderr)
        document, _, summary = shown.partition("\n}\n")
        self.assertIn('\n  \x1b[34m"message"\x1b[0m: \x1b[32m"one"\x1b[0m', document)
        self.assertEqual(json.loads(summary)["sinks"]["out"]["delivered"], 1)

    @unittest.skipUnless(shutil.which("zstd"), "zstd(1) is not installed")
    def test_a_compressed_file_is_one_for_zstdcat_also_after_a_torn_write(self):
        path = self.folder / "out.ndjson.zst"
        self.write("tailrace.yaml", self.text(sink=f"file, path: {path}, compression: zstd"))
        self.write("a.log", "one\n")
        self.once()
        with open(path, "ab") as torn:
            torn.write(path.read_bytes()[:40])
        self.write("b.log", "two\n")
        done, summary = self.once()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(summary["sinks"]["out"]["delivered"], 1)
        lines = subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, check=True).stdout
        self.assertEqual([json.loads(line)["message"] for line in lines.splitlines()],
                         ["one", "two"])

    def test_a_state_directory_in_use_exits_75_and_names_the_process(self):
        first = subprocess.Popen([AGENT, "run", "-c", str(self.config)], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            for line in first.stderr:
                if '"started"' in line or " started" in line:
                    break
            done = self.run_agent("run", "-c", self.config)
            self.assertEqual(done.returncode, 75, done.stderr)
            self.assertIn(str(first.pid), done.stderr)
        finally:
            first.terminate()
            first.communicate(timeout=60)
        self.assertEqual(first.returncode, 0)


if __name__ == "__main__":
    unittest.main()
