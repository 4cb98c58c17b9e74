"""Serves the example hosts at http://localhost:8080: another origin than citecoder's own.

In one terminal: ``CITECODER_ALLOWED_ORIGINS=http://localhost:8080 citecoder serve``; in another: ``python serve.py``.
"""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent

if __name__ == "__main__":
    print("open http://localhost:8080 (stop with Ctrl-C)")
    ThreadingHTTPServer(
        ("127.0.0.1", 8080), partial(SimpleHTTPRequestHandler, directory=HERE)
    ).serve_forever()
