"""A local mail server and a local web server, which keep what they are sent."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class MailServer:
    """Accepts mail for anybody but those in `refused`. Each mail: its recipients, and the mail itself."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], Mail]] = []
        self.refused: set[str] = set()
        self.port = 0


class WebServer:
    """Answers every request with `status`. Each request: its path, its headers and its JSON."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.status = 200
        self.port = 0


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[int]:
    """Serves in a separate thread; yields the port."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A mail server as far as sending needs one (RFC 5321)."""
    kept = MailServer()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            people: list[str] = []
            while line := self.rfile.readline().decode().strip():
                verb = line.upper()
                if verb.startswith("EHLO"):
                    self.say("250 here")
                elif verb.startswith("RCPT"):
                    person = line.partition("<")[2].partition(">")[0]
                    people.append(person)
                    self.say("550 unknown" if person in kept.refused else "250 fine")
                elif verb == "DATA":
                    self.say("354 go on")
                    data = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        data += part.removeprefix(b".") if part.startswith(b"..") else part
                    kept.mails.append((people, message_from_bytes(data, policy=default)))
                    people = []
                    self.say("250 taken")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 fine")

        def say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with running(Server(("127.0.0.1", 0), Session)) as kept.port:
        yield kept


@contextmanager
def web_server() -> Iterator[WebServer]:
    """A web server that accepts POST requests."""
    kept = WebServer()

    class Request(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            kept.requests.append((self.path, dict(self.headers), json.loads(self.rfile.read(length))))
            self.send_response(kept.status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Request)) as kept.port:
        yield kept


@contextmanager
def silent_server() -> Iterator[int]:
    """Accepts connections and never answers; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])
