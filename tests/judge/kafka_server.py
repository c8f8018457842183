"""A kafka_judge process in the place of the scripted Elasticsearch: the same counts, by stdin."""

import json
import subprocess
import sys

import processes

TOPIC = "judge"
PARTITIONS = 200  # The mock forgets what is beyond 5 MiB of one.


class KafkaServer:
    """What Harness does with its server process."""

    def __init__(self, h, *options, topics=(TOPIC,), partitions=PARTITIONS):
        argv = [h.program("kafka_judge"), "--run", h.run, "--dump", f"{h.folder}/store",
                "--partitions", str(partitions), *options]
        for topic in topics:
            argv += ["--topic", topic]
        self._process = processes.start(argv, subprocess.PIPE, sys.stderr, subprocess.PIPE)
        self.brokers = self._process.stdout.readline().decode().split()[1].split(",")

    def tell(self, command):
        self._process.stdin.write(command.encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"kafka_judge: {answer}")
        return answer

    def summary(self):
        return self.tell("summary")

    def terminate(self):
        self._process.stdin.write(b"end\n")
        self._process.stdin.close()

    def wait(self, timeout=None):
        return self._process.wait(timeout=timeout)

    def poll(self):
        return self._process.poll()

    def send_signal(self, number):
        self._process.send_signal(number)

    def kill(self):
        self._process.kill()


def sink(brokers, **keys):
    """The agent's sink, quick to come back."""
    properties = {"reconnect.backoff.ms": 50, "reconnect.backoff.max.ms": 500,
                  "retry.backoff.ms": 50, "topic.metadata.refresh.fast.interval.ms": 50}
    properties.update(keys.pop("properties", {}))
    return {"type": "kafka", "brokers": brokers, "topic": TOPIC, "flush_interval": "200ms",
            "properties": properties, **keys}
