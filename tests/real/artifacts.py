"""Gets a server's jars from Maven Central, once: they stay in ~/.cache/tailrace/real."""

import fcntl
import hashlib
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
TRY_SECONDS = 300


class Missing(Exception):
    """What could not be had, and why: the test is skipped."""


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return f"{base}/tailrace/real"


def jars(name):
    """The folder with the jars of NAME/pom.xml."""
    for program, package in (("java", "openjdk-17-jre-headless"), ("mvn", "maven")):
        if shutil.which(program) is None:
            raise Missing(f"{program} is not there: install {package}")
    pom = f"{HERE}/{name}/pom.xml"
    with open(pom, "rb") as file:
        version = hashlib.sha256(file.read()).hexdigest()[:12]
    folder = f"{cache_folder()}/{name}-{version}"
    os.makedirs(cache_folder(), exist_ok=True)
    with open(f"{folder}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.isdir(folder):
            _copy_dependencies(pom, folder)
    return folder


def _copy_dependencies(pom, folder):
    partial = f"{folder}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    argv = ["mvn", "-B", "-ntp", "-f", pom, "dependency:copy-dependencies",
            f"-DoutputDirectory={partial}"]
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=TRY_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Missing(f"{' '.join(argv)}: not done within {TRY_SECONDS} s") from error
    if done.returncode != 0 or not os.path.isdir(partial):
        lines = done.stdout.decode(errors="replace").splitlines()
        errors = [line for line in lines if line.startswith("[ERROR]")] or lines[-1:]
        raise Missing(f"{' '.join(argv)}: {errors[0] if errors else done.returncode}")
    os.rename(partial, folder)
