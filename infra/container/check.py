#!/usr/bin/env python3
"""Checks the Containerfile, the compose file, its proxy and its secrets: their form, and what Plimsoll asks of containers.

    python3 -m venv /tmp/container && /tmp/container/bin/pip install -r xtask/peers/container.txt
    /tmp/container/bin/python infra/container/check.py

haproxy has to be there. Neither an engine nor the network is needed.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(sys.executable).parent
COMPOSE = HERE / "compose.yaml"
# As in production: both roles, what they stand on, and what stands before them.
SERVICES = {"api", "console", "proxy", "database", "cache", "aws"}
# Services that do their work once and end.
ONCE = {"keyring"}
SECRET = re.compile(r"(PASSWORD|SECRET|TOKEN|KEY)(_ID)?$")
# What the emulator takes is no secret: it takes anything.
EMULATED = {"AWS_ACCESS_KEY_ID": "emulated", "AWS_SECRET_ACCESS_KEY": "emulated"}


def passes(*command):
    """What a program complains of, as problems."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        yield f"{pathlib.Path(command[0]).name}: {(done.stdout + done.stderr).strip()}"


def rendered():
    """The compose file with its variables and merges resolved, as podman-compose has it."""
    command = [BIN / "podman-compose", "--file", COMPOSE, "config"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"compose.yaml does not render: {done.stderr.strip()}")
    return yaml.safe_load(done.stdout)


def known_settings():
    table = (HERE.parent.parent / "docs" / "running.md").read_text()
    return set(re.findall(r"^\| `(PLIMSOLL_[A-Z0-9_]+)`", table, re.M))


def restriction_problems(name, service):
    expected = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"]}
    for key, value in expected.items():
        if service.get(key) != value:
            yield f"{key} is {service.get(key)!r}, not {value!r}"
    if service.get("privileged") or service.get("cap_add"):
        yield "it has privileges"
    if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", service.get("user", "")):
        yield f"the user {service.get('user')!r} is not a number other than root's"
    if not re.fullmatch(r"(localhost/plimsoll:local|[a-z0-9.]+/[a-z/]+:\d[\w.-]*)", service.get("image", "")):
        yield f"the image {service.get('image')!r} has no registry and version"
    limits = service.get("deploy", {}).get("resources", {}).get("limits", {})
    if not {"cpus", "memory"} <= set(limits):
        yield "limits of CPU and memory are missing"
    if name not in ONCE and not service.get("healthcheck", {}).get("test"):
        yield "nobody looks whether it is well"
    if service.get("restart") != ("no" if name in ONCE else "unless-stopped"):
        yield f"restart is {service.get('restart')!r}"
    if any(not str(port).startswith("127.0.0.1:") for port in service.get("ports", [])):
        yield "a port is open to more than this machine"


def setting_problems(service, known):
    environment = service.get("environment") or {}
    for name, value in environment.items():
        if name.startswith("PLIMSOLL_") and name not in known and name.removesuffix("_FILE") not in known:
            yield f"{name} keeps the service from starting: docs/running.md does not have it"
        if SECRET.search(name) and EMULATED.get(name) != value:
            yield f"{name} is a secret, and stands here"
        if re.search(r"://[^/@]*:[^/@]+@", str(value)):
            yield f"{name} has a password in its URL"
        for secret in re.findall(r"/run/secrets/([\w-]+)", str(value)):
            if secret not in service.get("secrets", []):
                yield f"{name} names the secret {secret}, which the service is not given"


def reference_problems(document):
    made = made_secrets()
    for name, secret in document.get("secrets", {}).items():
        if pathlib.Path(secret.get("file", "")).name not in made:
            yield f"make-secrets does not make {name}"
    ignored = (HERE.parent.parent / ".gitignore").read_text().split()
    if "/infra/container/secrets/" not in ignored:
        yield "the secrets are not kept out of the repository"
    for name, service in document["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./") and not (HERE / source).is_file():
                yield f"{name}: {source} is not there"
            elif not source.startswith("./") and source not in document.get("volumes", {}):
                yield f"{name}: the volume {source} is not declared"
        for kind in ("networks", "secrets"):
            for used in service.get(kind, []):
                if used not in document.get(kind, {}):
                    yield f"{name}: {used} is not among the {kind}"
        for other in service.get("depends_on", {}):
            if other not in document["services"]:
                yield f"{name} waits for {other}, which is not there"
    if document["networks"]["back"].get("internal") is not True:
        yield "the network of the stores leads outside"


def made_secrets():
    """What make-secrets makes, run on a copy; run twice it changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "make-secrets"
        script.write_bytes((HERE / "make-secrets").read_bytes())
        states = []
        for _ in range(2):
            subprocess.run(["sh", script], check=True, capture_output=True)
            states.append({file.name: file.read_text() for file in (script.parent / "secrets").iterdir()})
        if states[0] != states[1] or not all(len(text) >= 48 for text in states[0].values()):
            sys.exit("make-secrets makes other secrets each time, or short ones")
        return set(states[0])


def problems():
    yield from passes(BIN / "hadolint", HERE / "Containerfile")
    yield from passes(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", COMPOSE)
    yield from passes("haproxy", "-c", "-f", HERE / "haproxy.cfg")
    document, known = rendered(), known_settings()
    if set(document["services"]) != SERVICES | ONCE:
        yield f"the services are {sorted(document['services'])}"
    for name, service in document["services"].items():
        for problem in (*restriction_problems(name, service), *setting_problems(service, known)):
            yield f"{name}: {problem}"
    yield from reference_problems(document)
    roles = {name: document["services"][name]["environment"].get("PLIMSOLL_ROLE") for name in ("api", "console")}
    if roles != {"api": "api", "console": "console"}:
        yield f"the roles are {roles}"


if __name__ == "__main__":
    found = list(problems())
    for problem in found:
        print(problem)
    print(f"{len(found)} problems")
    sys.exit(1 if found else 0)
