#!/usr/bin/env python3
"""The judge judged: an agent without a bug passes, each planted bug is found by the right count.

JUDGE_BUILD names the build folder with the programs.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ["JUDGE_BUILD"]
AGENT = f"{BUILD}/tests/judge_naive_agent"
COUNTS = ("lost", "twice", "foreign", "corrupt")


def judge(*arguments, agent=AGENT):
    command = [sys.executable, f"{HERE}/run", *arguments, "--agent", agent, "--build", BUILD]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                         check=False, timeout=100)
    line = run.stdout.splitlines()[-1] if run.stdout else "{}"
    return run.returncode, json.loads(line), run.stderr


def smoke(bug):
    agent = f"{AGENT} --bug={bug}" if bug else AGENT
    return judge("smoke", "--kills", "4", "--seed", "7", "--bound", "3", agent=agent)


class PlantedBugs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # A run mostly waits: all of them at once take as long as one.
        bugs = ["", "ack_before_answer", "ignore_item_429", "no_stable_ids", "off_by_one"]
        with concurrent.futures.ThreadPoolExecutor(len(bugs)) as pool:
            cls.runs = dict(zip(bugs, pool.map(smoke, bugs)))

    def expect_found(self, bug, *counts):
        code, result, errors = self.runs[bug]
        self.assertEqual(code, 1, errors)
        for name in COUNTS:
            if name in counts:
                self.assertGreater(result[name], 0, f"{name}\n{errors}")
        self.assertIn("kept: ", errors)
        remove_kept(errors)

    def test_an_agent_without_a_bug_passes(self):
        code, result, errors = self.runs[""]
        self.assertEqual(code, 0, errors)
        self.assertEqual([result[name] for name in COUNTS], [0, 0, 0, 0])
        self.assertGreater(result["written"], 1000)
        self.assertGreater(result["rss_mib"], 0)
        self.assertEqual(list(result), ["scenario", "seed", "written", *COUNTS, "rss_mib"])
        self.assertNotIn("kept: ", errors)

    def test_acknowledging_before_the_answer_loses_lines(self):
        self.expect_found("ack_before_answer", "lost")

    def test_ignoring_a_refused_item_loses_lines(self):
        self.expect_found("ignore_item_429", "lost")

    def test_ids_that_change_double_lines(self):
        self.expect_found("no_stable_ids", "twice")

    def test_resuming_one_byte_late_loses_lines(self):
        self.expect_found("off_by_one", "lost")


class Verdict(unittest.TestCase):
    def test_an_agent_that_ends_by_itself_fails(self):
        code, result, errors = judge("smoke", "--bound", "1", agent="/bin/true")
        self.assertEqual(code, 1, errors)
        self.assertEqual(result["lost"], result["written"])
        self.assertIn("the agent ended by itself with 0", errors)
        remove_kept(errors)

    def test_a_missing_agent_is_said_at_once(self):
        code, _, errors = judge("smoke", agent="/nonexistent/agent")
        self.assertEqual(code, 2)
        self.assertIn("/nonexistent/agent is not there", errors)

    def test_every_scenario_is_listed_with_a_line(self):
        listing = subprocess.run([sys.executable, f"{HERE}/run", "--list"], check=True, text=True,
                                 stdout=subprocess.PIPE).stdout.splitlines()
        for line in listing:
            self.assertRegex(line, r"^[a-z0-9_]+ +\S.{10,}")
        with open(f"{HERE}/CMakeLists.txt", encoding="utf-8") as cmake:
            tests = cmake.read().split("set(JUDGE_SCENARIOS")[1].split(")")[0].split()
        self.assertEqual(sorted(tests), sorted(line.split()[0] for line in listing))


def remove_kept(errors):
    """A failed run keeps its folder to be looked at; here the failure was the point."""
    for line in errors.splitlines():
        if "kept: " in line:
            subprocess.run(["rm", "-r", line.split("kept: ")[1]], check=True)


if __name__ == "__main__":
    unittest.main()
