#!/usr/bin/env python3
"""What `make test` counts, on a small build folder whose programs are scripts."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

RUNNER = pathlib.Path(__file__).resolve().parent / "run_tests"

# Writes the report that gtest would, prints argv[2], exits with argv[3].
FAKE_GTEST = """#!/usr/bin/env python3
import os, sys
path = os.environ["GTEST_OUTPUT"].split(":", 1)[1]
open(path, "w").write(sys.argv[1])
print(sys.argv[2])
sys.exit(int(sys.argv[3]))
"""


def report(*cases):
    return json.dumps({"testsuites": [{"name": "S", "testsuite": list(cases)}]})


PASSED = {"name": "A", "status": "RUN", "result": "COMPLETED"}
FAILED = {"name": "B", "status": "RUN", "result": "COMPLETED", "failures": [{"failure": "x"}]}
SKIPPED = {"name": "C", "status": "RUN", "result": "SKIPPED"}
DISABLED = {"name": "DISABLED_D", "status": "NOTRUN", "result": "SUPPRESSED"}
SKIP_OUTPUT = """[ RUN      ] S.C
/x/y_test.cc:12: Skipped
no corpora here

[  SKIPPED ] S.C (0 ms)"""


class RunTests(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.listing = ""
        self.script("gtest", FAKE_GTEST)

    def script(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o755)

    def entry(self, name, command, **properties):
        words = " ".join(f"[==[{word}]==]" for word in command)
        self.listing += f"add_test({name} {words})\n"
        for key, value in properties.items():
            self.listing += f"set_tests_properties({name} PROPERTIES {key} [==[{value}]==])\n"

    def gtest(self, name, cases, output="", code=0, **properties):
        self.entry(name, [str(self.folder / "gtest"), report(*cases), output, str(code)],
                   **properties)

    def shell(self, name, command, **properties):
        self.entry(name, ["/bin/sh", "-c", command], **properties)

    def run_tests(self, *arguments):
        (self.folder / "CTestTestfile.cmake").write_text(self.listing)
        result = subprocess.run([str(RUNNER), "--build", str(self.folder), *arguments],
                                capture_output=True, text=True, timeout=120)
        return result.returncode, result.stdout, result.stdout.splitlines()[-1]

    def test_cases_are_counted_not_programs(self):
        self.gtest("one", [PASSED, PASSED, SKIPPED, DISABLED], SKIP_OUTPUT)
        self.shell("plain", "true")
        code, output, last = self.run_tests()
        self.assertEqual((code, last), (0, "3 passed, 0 failed, 2 skipped"))
        self.assertIn("skipped one: S.C: no corpora here\n", output)
        self.assertIn("skipped one: S.DISABLED_D: disabled\n", output)

    def test_failed_case_fails_the_run_and_is_named(self):
        self.gtest("one", [PASSED, FAILED], "why it failed", 1)
        code, output, last = self.run_tests()
        self.assertEqual((code, last), (1, "1 passed, 1 failed, 0 skipped"))
        self.assertIn("FAILED one: S.B\n", output)
        self.assertIn("why it failed\n", output)

    def test_program_that_fails_after_its_cases_passed_is_a_failure(self):
        self.gtest("leaks", [PASSED], "LeakSanitizer", 23)
        self.assertEqual(self.run_tests()[::2], (1, "1 passed, 1 failed, 0 skipped"))

    def test_crash_without_a_report_is_a_failure(self):
        self.shell("crash", "kill -SEGV $$")
        self.assertEqual(self.run_tests()[::2], (1, "0 passed, 1 failed, 0 skipped"))

    def test_program_that_was_not_built_is_a_failure(self):
        self.entry("gone", [str(self.folder / "nothing")])
        code, output, last = self.run_tests()
        self.assertEqual((code, last), (1, "0 passed, 1 failed, 0 skipped"))
        self.assertIn("FAILED gone: was not built\n", output)

    def test_late_program_is_ended_with_its_children(self):
        note = self.folder / "child"
        self.shell("late", f"sleep 600 & echo $! > {note}; wait", TIMEOUT="1")
        code, output, last = self.run_tests()
        self.assertEqual((code, last), (1, "0 passed, 1 failed, 0 skipped"))
        self.assertIn("no end after 1 s", output)
        state = pathlib.Path(f"/proc/{note.read_text().strip()}/stat")
        self.assertTrue(not state.exists() or ") Z " in state.read_text())

    def test_skip_code_and_disabled_are_skips_with_a_reason(self):
        self.shell("needs", "echo starting; echo no Kafka on this machine; exit 77",
                   SKIP_RETURN_CODE="77")
        self.shell("off", "false", DISABLED="TRUE")
        code, output, last = self.run_tests()
        self.assertEqual((code, last), (0, "0 passed, 0 failed, 2 skipped"))
        self.assertIn("skipped needs: no Kafka on this machine\n", output)

    def test_label_and_name_choose_programs(self):
        self.shell("a_unit", "true", LABELS="unit;thread")
        self.shell("b_unit", "true", LABELS="unit")
        self.shell("c", "false", LABELS="fault")
        self.assertEqual(self.run_tests("-L", "unit")[2], "2 passed, 0 failed, 0 skipped")
        self.assertEqual(self.run_tests("-L", "unit", "-R", "^a")[2],
                         "1 passed, 0 failed, 0 skipped")

    def test_notes_and_corpus_totals_are_shown_and_other_output_is_not(self):
        self.shell("chatty", "echo '[note] longest'; echo json-testsuite 317/318; echo noise")
        output = self.run_tests()[1]
        self.assertIn("[note] longest\n", output)
        self.assertIn("json-testsuite 317/318\n", output)
        self.assertNotIn("noise", output)

    def test_environment_and_folder_of_the_entry_hold(self):
        self.shell("env", f'test "$A" = b && test "$PWD" = {os.path.realpath("/usr")}',
                   ENVIRONMENT="A=b", WORKING_DIRECTORY="/usr")
        self.assertEqual(self.run_tests()[0], 0)


class Soak(unittest.TestCase):
    def soak(self, *exits):
        """Its last line and exit code, when scenario `sN` ends with exits[N], the long ones with 0."""
        with tempfile.TemporaryDirectory() as folder:
            judge = pathlib.Path(folder) / "tests" / "judge"
            judge.mkdir(parents=True)
            shutil.copy(RUNNER.parent / "soak", judge.parent)
            names = "".join(f"s{i} summary\n" for i in range(len(exits)))
            cases = "".join(f"s{i}) exit {code} ;;\n" for i, code in enumerate(exits))
            run = judge / "run"
            run.write_text(f'#!/bin/bash\ncase $1 in --list) printf "{names}" ;;\n{cases}esac\n')
            run.chmod(0o755)
            real = pathlib.Path(folder) / "tests" / "real" / "run"
            real.parent.mkdir()
            real.write_text("#!/bin/bash\n")
            real.chmod(0o755)
            done = subprocess.run([judge.parent / "soak", "1"], capture_output=True, text=True,
                                  check=False)
            return done.stdout.splitlines()[-1], done.returncode

    def test_what_cannot_run_here_is_skipped(self):
        passed = int(self.soak()[0].split()[0])  # The long forms.
        self.assertEqual(self.soak(0, 77, 77), (f"{passed + 1} passed, 0 failed, 2 skipped", 0))
        self.assertEqual(self.soak(77, 1), (f"{passed} passed, 1 failed, 1 skipped", 1))


if __name__ == "__main__":
    unittest.main()
