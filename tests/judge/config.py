"""The agent's config for a scenario, as YAML."""

import json

STREAM = "logs-judge-default"


def elasticsearch(port, **keys):
    sink = {"type": "elasticsearch", "endpoints": [f"http://127.0.0.1:{port}"],
            "data_stream": STREAM, "flush_interval": "200ms", "timeout": "5s",
            "retry": {"min": "50ms", "max": "1s"}}
    return {**sink, **keys}


def pods(root, **keys):
    return {"type": "kubernetes_logs", "root": root, **keys}


def files(*patterns, **keys):
    return {"type": "file", "include": list(patterns), "format": "raw", **keys}


def agent(folder, admin_port, **keys):
    # The judge looks at the agent's descriptors, which without CAP_SYS_PTRACE nobody may of a process
    # that is not dumpable.
    return {"state_dir": f"{folder}/state", "memory_limit": "128MiB", "core_dumps": True,
            "admin": {"listen": f"127.0.0.1:{admin_port}"}, **keys}


def pipeline(sources, sinks):
    return {"from": list(sources), "stages": [{"parse": "json"}], "to": list(sinks)}


def render(value, indent=0):
    """Block style for maps, JSON for everything else, which YAML takes as it is."""
    out = []
    for key, item in value.items():
        if isinstance(item, dict):
            out.append(f"{' ' * indent}{key}:\n{render(item, indent + 2)}")
        else:
            out.append(f"{' ' * indent}{key}: {json.dumps(item)}\n")
    return "".join(out)
