#!/usr/bin/env python3
"""What pyproject.toml and the CMake presets name must exist, and one version is written everywhere.

    check_packaging.py [ROOT]

Lists of files in packaging metadata rot silently: nothing else fails when a path in them is gone.
Standard library only.
"""

import json
import pathlib
import re
import sys
import tomllib
from typing import List


def find(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    return match.group(1) if match else "(not found)"


def check_versions(root: pathlib.Path, project: dict) -> List[str]:
    cmake = find(r"^project\(orderwright VERSION ([0-9.]+)", (root / "CMakeLists.txt").read_text())
    header = find(r'kVersion = "([0-9.]+)"', (root / "include/orderwright/core/version.h").read_text())
    problems = []
    if header != cmake:
        problems.append(f"version.h says {header}, CMakeLists.txt {cmake}")
    if "version" in project["project"]:
        if project["project"]["version"] != cmake:
            problems.append(f"pyproject.toml says {project['project']['version']}, CMakeLists.txt {cmake}")
        return problems
    if "version" not in project["project"].get("dynamic", []):
        problems.append("pyproject.toml has neither a version nor a dynamic one")
    # The one place the Python version is read from, with the expression that reads it.
    tool = project["tool"]["scikit-build"]
    source = (tool.get("metadata", {}).get("version") or next(
        (entry for entry in project.get("tool", {}).get("dynamic-metadata", []) if entry["field"] == "version"),
        None))
    if source is None:
        return problems + ["pyproject.toml: no source of the dynamic version"]
    match = re.search(source["regex"], (root / source["input"]).read_text(), re.MULTILINE)
    if not match or match.group("value") != cmake:
        problems.append(f"pyproject.toml reads {match and match.group('value')!r} from {source['input']}, not {cmake}")
    return problems


def named_paths(project: dict) -> List[str]:
    """Every path that pyproject.toml names; patterns count if they match something."""
    meta, tool = project["project"], project.get("tool", {})
    build = tool.get("scikit-build", {})
    paths = []
    for key in ("readme", "license"):
        value = meta.get(key)
        if isinstance(value, dict) and "file" in value:
            paths.append(value["file"])
        elif key == "readme" and isinstance(value, str):
            paths.append(value)
    paths += meta.get("license-files", [])
    paths += build.get("sdist", {}).get("include", [])
    packages = build.get("wheel", {}).get("packages", [])
    paths += packages.values() if isinstance(packages, dict) else packages
    if "source-dir" in build.get("cmake", {}):
        paths.append(build["cmake"]["source-dir"])
    paths += tool.get("pytest", {}).get("ini_options", {}).get("testpaths", [])
    files = tool.get("mypy", {}).get("files", [])
    paths += [files] if isinstance(files, str) else files
    return paths


def check_paths(root: pathlib.Path, project: dict) -> List[str]:
    problems = [f"pyproject.toml names {path}, which is not there"
                for path in named_paths(project) if not any(root.glob(path.lstrip("/")))]
    components = project["tool"]["scikit-build"].get("install", {}).get("components", [])
    rules = (root / "bindings/python/CMakeLists.txt").read_text()
    problems += [f"pyproject.toml installs component {name}, which bindings/python does not have"
                 for name in components if f"COMPONENT {name}" not in rules]
    options = set(re.findall(r"\b(ORDERWRIGHT_\w+)", (root / "CMakeLists.txt").read_text()))
    named = set(project["tool"]["scikit-build"].get("cmake", {}).get("define", {}))
    presets = json.loads((root / "CMakePresets.json").read_text())
    for preset in presets["configurePresets"]:
        named |= set(preset.get("cacheVariables", {}))
    problems += [f"{name} is set by pyproject.toml or a preset and no option of the project"
                 for name in sorted(named - options) if name.startswith("ORDERWRIGHT_")]
    return problems


def main(arguments: List[str]) -> int:
    root = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text())
    problems = check_versions(root, project) + check_paths(root, project)
    for problem in problems:
        print(problem)
    print(f"packaging: {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
