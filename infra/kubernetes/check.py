#!/usr/bin/env python3
"""Renders each overlay and checks what comes out: schemas of Kubernetes, and what Plimsoll asks of its pods.

    python3 -m venv /tmp/kubernetes && /tmp/kubernetes/bin/pip install kubernetes-validate==1.37.0
    /tmp/kubernetes/bin/python infra/kubernetes/check.py [OVERLAY…]

Without arguments all overlays are checked, and the variants below. kubectl has to be there. The network is not needed.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema
import kubernetes_validate
import yaml

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "1.33.0"
# Kinds that Kubernetes does not know by itself.
CUSTOM = {
    ("elbv2.k8s.aws/v1beta1", "TargetGroupBinding"): "targetgroupbinding.json",
    ("vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy"): "securitygrouppolicy.json",
}
# Components that no overlay uses as it is shipped.
VARIANTS = {"on nodes": ["nodes"], "with metrics": ["fargate", "metrics"]}


def render(folder):
    out = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True)
    if out.returncode:
        sys.exit(f"{folder} does not render: {out.stderr.strip()}")
    return [thing for thing in yaml.safe_load_all(out.stdout) if thing]


def named(thing):
    return f"{thing['kind']}/{thing['metadata']['name']}"


def known_settings():
    table = (HERE.parent.parent / "docs" / "running.md").read_text()
    return set(re.findall(r"^\| `(PLIMSOLL_[A-Z0-9_]+)`", table, re.M))


def schema_problems(thing):
    file = CUSTOM.get((thing["apiVersion"], thing["kind"]))
    try:
        if file:
            jsonschema.validate(thing, json.loads((HERE / "schemas" / file).read_text()))
        else:
            kubernetes_validate.validate(thing, VERSION, strict=True)
    except (jsonschema.ValidationError, kubernetes_validate.ValidationError) as problem:
        yield f"{'.'.join(str(part) for part in problem.path)}: {problem.message}"
    except kubernetes_validate.SchemaNotFoundError:
        yield "no schema for this kind"


def pod_problems(pod, known, settings):
    security = pod.get("securityContext", {})
    expected = {"runAsNonRoot": True, "runAsUser": 65532, "runAsGroup": 65532, "seccompProfile": {"type": "RuntimeDefault"}}
    for key, value in expected.items():
        if security.get(key) != value:
            yield f"securityContext.{key} is {security.get(key)!r}, not {value!r}"
    if pod.get("automountServiceAccountToken") is not False or pod.get("enableServiceLinks") is not False:
        yield "tokens and links to services are to be off"
    if pod.get("terminationGracePeriodSeconds", 0) < 45:
        yield "the service drains for up to 35 s and makes a last checkpoint"
    if {spread["topologyKey"] for spread in pod.get("topologySpreadConstraints", [])} != {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}:
        yield "pods are to be spread over zones and nodes"
    for container in pod["containers"]:
        inside = container.get("securityContext", {})
        if inside.get("readOnlyRootFilesystem") is not True or inside.get("allowPrivilegeEscalation") is not False or inside.get("capabilities") != {"drop": ["ALL"]}:
            yield "the container is not restricted"
        if not re.fullmatch(r"[^\s@]+@sha256:[0-9a-f]{64}", container["image"]):
            yield f"the image {container['image']} is not named by digest"
        resources = container.get("resources", {})
        if any(part not in resources.get(kind, {}) for kind in ("requests", "limits") for part in ("cpu", "memory")):
            yield "requests and limits of CPU and memory are missing"
        for probe, path in {"startupProbe": "/health", "livenessProbe": "/health", "readinessProbe": "/ready"}.items():
            if container.get(probe, {}).get("httpGet", {}).get("path") != path:
                yield f"{probe} does not ask {path}"
        names = {entry["name"] for entry in container.get("env", [])}
        for source in container.get("envFrom", []):
            names |= set(settings[source["configMapRef"]["name"]])
        for name in sorted(names):
            # A secret may come from the file that the variable with _FILE names.
            if name not in known and name.removesuffix("_FILE") not in known:
                yield f"{name} keeps the service from starting: docs/running.md does not have it"


def problems(things):
    known = known_settings()
    settings = {thing["metadata"]["name"]: thing.get("data", {}) for thing in things if thing["kind"] == "ConfigMap"}
    kinds = {}
    for thing in things:
        kinds.setdefault(thing["kind"], set()).add(thing["metadata"]["name"])
        for problem in schema_problems(thing):
            yield f"{named(thing)}: {problem}"
        if thing["kind"] == "Deployment":
            for problem in pod_problems(thing["spec"]["template"]["spec"], known, settings):
                yield f"{named(thing)}: {problem}"
        if thing["kind"] == "Namespace" and thing["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") != "restricted":
            yield f"{named(thing)}: pods are to be restricted"
    for kind in ("Deployment", "Service", "ServiceAccount", "HorizontalPodAutoscaler", "PodDisruptionBudget", "TargetGroupBinding"):
        if kinds.get(kind) != {"api", "console"}:
            yield f"{kind}: there should be api and console, and there are {sorted(kinds.get(kind, []))}"
    denied = [t for t in things if t["kind"] == "NetworkPolicy" and t["spec"]["podSelector"] == {} and not t["spec"].get("ingress") and not t["spec"].get("egress")]
    if not any(set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"} for policy in denied):
        yield "NetworkPolicy: nothing denies what is not named"


def variant(components):
    """An overlay made for the check: the base with these components and a digest."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=HERE / "overlays", prefix=".check-"))
    text = yaml.safe_dump({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["../../base"],
        "components": [f"../../components/{component}" for component in components],
        "images": [{"name": "plimsoll", "newName": "registry.example.com/plimsoll", "digest": "sha256:" + "1" * 64}],
    })
    file = folder / "kustomization.yaml"
    try:
        file.write_text(text)
        return render(folder)
    finally:
        file.unlink(missing_ok=True)
        folder.rmdir()


def main(chosen):
    failed = 0
    rendered = {name: render(HERE / "overlays" / name) for name in chosen or sorted(path.name for path in (HERE / "overlays").iterdir() if not path.name.startswith("."))}
    if not chosen:
        rendered |= {name: variant(components) for name, components in VARIANTS.items()}
    for name, things in rendered.items():
        found = list(problems(things))
        failed += bool(found)
        print(f"{name}: {len(things)} resources, {len(found)} problems")
        for problem in found:
            print(f"  {problem}")
    print(f"{len(rendered) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
