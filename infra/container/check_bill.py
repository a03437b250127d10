#!/usr/bin/env python3
"""Checks that a bill of materials is CycloneDX by its own schema, and that it names parts: check_bill.py FILE"""

import json
import pathlib
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

text = pathlib.Path(sys.argv[1]).read_text()
version = SchemaVersion.from_version(json.loads(text)["specVersion"])
if problem := JsonStrictValidator(version).validate_str(text):
    sys.exit(f"{sys.argv[1]}: {str(problem).splitlines()[0]}")
parts = json.loads(text).get("components", [])
print(f"CycloneDX {version.to_version()}, {len(parts)} components")
sys.exit(0 if parts else f"{sys.argv[1]} names no parts")
