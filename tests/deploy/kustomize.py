"""Builds what ``kubectl kustomize`` builds, as far as our folders use it, so that they are checked without kubectl.

It knows resources, components, patches by strategic merge, images, a namespace, labels and generated ConfigMaps, and
refuses every other word. Where kubectl is installed, a test holds this to it.
"""

import copy
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

Resource = dict[str, Any]

KNOWN = frozenset(
    ("apiVersion", "kind", "namespace", "resources", "components", "patches", "images", "labels", "configMapGenerator")
)
IDENTITY = ("apiVersion", "kind", "metadata")
WITHOUT_NAMESPACE = frozenset(("Namespace",))
# Lists whose items strategic merge tells apart by one of their fields.
MERGED_BY = {
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "ports": "containerPort",
    "topologySpreadConstraints": "topologyKey",
}


def build(folder: Path) -> list[Resource]:
    """Return what *folder* describes.

    Raises:
        ValueError: it uses a word of Kustomize that is not known here.
    """
    return _referring(_built(folder))


def _built(folder: Path, found: Iterable[Resource] = ()) -> list[Resource]:
    described = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    if unknown := set(described) - KNOWN:
        raise ValueError(f"{folder}: {', '.join(sorted(unknown))}")
    resources = list(found)
    for name in described.get("resources", ()):
        resources += _built(folder / name) if (folder / name).is_dir() else _documents(folder / name)
    for name in described.get("components", ()):
        resources = _built(folder / name, resources)
    resources += [_config_map(folder, generator) for generator in described.get("configMapGenerator", ())]
    for patch in described.get("patches", ()):
        (change,) = _documents(folder / patch["path"])
        if "target" in patch:  # what the patch itself is called is of no account
            change = {name: value for name, value in change.items() if name not in IDENTITY}
        resources = [merged(each, change) if _is_meant(each, patch, change) else each for each in resources]
    for each in resources:
        _transform(each, described)
    return resources


def merged(value: Any, change: Any, field: str = "") -> Any:
    """Return *value* with *change* laid over it; neither is altered."""
    if isinstance(value, dict) and isinstance(change, dict):
        laid = dict(value)
        for name, new in change.items():
            if new is None:
                laid.pop(name, None)
            else:
                laid[name] = merged(laid.get(name), new, name)
        return laid
    if isinstance(change, list) and (key := MERGED_BY.get(field)):
        return _merged_lists(value or [], change, key)
    return copy.deepcopy(change)


def _merged_lists(old: list[Resource], new: list[Resource], key: str) -> list[Resource]:
    laid = {item[key]: item for item in old}
    for item in new:
        if item.get("$patch") == "delete":
            laid.pop(item[key], None)
        else:
            laid[item[key]] = merged(laid.get(item[key], {}), item)
    return list(laid.values())


def _documents(file: Path) -> list[Resource]:
    return [each for each in yaml.safe_load_all(file.read_text(encoding="utf-8")) if each]


def _is_meant(resource: Resource, patch: Mapping[str, Any], change: Resource) -> bool:
    if target := patch.get("target"):
        return re.fullmatch(target["kind"], resource["kind"]) is not None
    return (resource["kind"], resource["metadata"]["name"]) == (change["kind"], change["metadata"]["name"])


def _config_map(folder: Path, generator: Mapping[str, Any]) -> Resource:
    values: dict[str, str] = {}
    for named in generator.get("files", ()):
        key, _, path = named.rpartition("=")
        values[key or Path(path).name] = (folder / path).read_text(encoding="utf-8")
    for path in generator.get("envs", ()):
        lines = (folder / path).read_text(encoding="utf-8").splitlines()
        values |= dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:10]
    metadata = {"name": f"{generator['name']}-{digest}", "generated": generator["name"]}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": values}


def _transform(resource: Resource, described: Mapping[str, Any]) -> None:
    metadata = resource["metadata"]
    if (namespace := described.get("namespace")) and resource["kind"] not in WITHOUT_NAMESPACE:
        metadata["namespace"] = namespace
    for label in described.get("labels", ()):
        metadata["labels"] = metadata.get("labels", {}) | label["pairs"]
    images = {image["name"]: f"{image['newName']}:{image['newTag']}" for image in described.get("images", ())}
    _walk(resource, "image", lambda image: images.get(image, image))


def _referring(resources: list[Resource]) -> list[Resource]:
    """*resources*, in which the generated names stand wherever the plain ones did."""
    names = {
        generated: each["metadata"]["name"] for each in resources if (generated := each["metadata"].pop("generated", 0))
    }
    for each in resources:
        for field in ("configMap", "configMapRef", "configMapKeyRef"):
            _walk(each, field, lambda named: named | {"name": names.get(named["name"], named["name"])})
    return resources


def _walk(value: Any, field: str, change: Callable[[Any], Any]) -> None:
    """Put *change* of it in the place of every *field* within *value*."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == field:
                value[name] = change(inner)
            else:
                _walk(inner, field, change)
    elif isinstance(value, list):
        for inner in value:
            _walk(inner, field, change)
