"""Reads flags over OFREP with the OpenFeature SDK and prints what it saw as JSON."""

import json
import sys

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

api.set_provider(OFREPProvider(base_url=sys.argv[1]))
client = api.get_client()
seen = {}


def look(name, flag, default, key=None):
    context = EvaluationContext(targeting_key=key) if key else EvaluationContext()
    details = client.get_boolean_details(flag, default, context)
    seen[name] = {
        "value": details.value,
        "reason": str(getattr(details.reason, "value", details.reason)),
        "variant": details.variant,
        "error": details.error_code.value if details.error_code else None,
    }


look("always", "always", False)
look("never", "never", True)
look("none", "none", True)
look("some without a key", "some", True)
for key in ["A-1", "A-2", "A-3", "A-4"]:
    look(f"some for {key}", "some", False, key)
print(json.dumps(seen))
