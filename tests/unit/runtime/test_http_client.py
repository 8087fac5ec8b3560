"""The client that publishes: one request a connection at a time; kept ones are used again, not trusted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from functions.runtime.http_client import Answer, HttpClient, NoAnswer

Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter
OK = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"


class Server:
    """Gives each request the next of its answers; None closes the connection instead."""

    def __init__(self, *answers: bytes | None) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0
        self.hold: Callable[[], Awaitable[None]] | None = None

    async def serve(self, reader: Reader, writer: Writer) -> None:
        self.connections += 1
        try:
            while head := await self.head(reader):
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                if self.hold is not None:
                    await self.hold()
                answer = self.answers.pop(0)
                if answer is None:
                    break
                writer.write(answer)
                if answer.endswith(b"bye"):
                    break
        finally:
            writer.close()

    async def head(self, reader: Reader) -> bytes:
        try:
            return await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""


@asynccontextmanager
async def serving(server: Server, path: str = "") -> AsyncIterator[HttpClient]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    client = HttpClient(f"http://127.0.0.1:{port}{path}", 10)
    try:
        yield client
    finally:
        await client.close()
        listening.close()


async def test_a_request_has_path_headers_and_body() -> None:
    server = Server(OK)
    async with serving(server, "/learnflow") as client:
        assert await client.post("/requests", {"ce-id": "1"}, b"{}") == Answer(202)
    [request] = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert (lines[0], body) == (b"POST /learnflow/requests HTTP/1.1", b"{}")
    assert {b"ce-id: 1", b"content-length: 2"} < set(lines)
    assert any(line.startswith(b"host: 127.0.0.1:") for line in lines)


async def test_one_connection_serves_one_request_after_the_other() -> None:
    server = Server(OK, OK, OK)
    async with serving(server) as client:
        for _ in range(3):
            await client.post("/", {}, b"")
    assert (server.connections, len(server.requests)) == (1, 3)


async def test_requests_side_by_side_have_connections_of_their_own() -> None:
    server = Server(OK, OK, OK)
    async with serving(server) as client:
        await asyncio.gather(*(client.post("/", {}, b"") for _ in range(3)))
    assert server.connections == 3


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    ],
)
async def test_a_body_is_read_whole(answer: bytes) -> None:
    async with serving(Server(answer, answer)) as client:
        for _ in range(2):
            assert await client.post("/", {}, b"") == Answer(200, b"hello")


async def test_a_connection_that_the_server_closes_is_not_used_again() -> None:
    closing = b"HTTP/1.1 202 Accepted\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    server = Server(closing, OK)
    async with serving(server) as client:
        for _ in range(2):
            assert (await client.post("/", {}, b"")).status == 202
    assert server.connections == 2


async def test_a_request_over_a_connection_that_is_just_being_closed_is_sent_again() -> None:
    server = Server(OK, None, OK)
    async with serving(server) as client:
        for _ in range(2):
            assert (await client.post("/", {}, b"")).status == 202
    assert (server.connections, len(server.requests)) == (2, 3)


async def test_a_new_connection_that_ends_without_an_answer_is_no_answer() -> None:
    async with serving(Server(None)) as client:
        with pytest.raises(NoAnswer):
            await client.post("/", {}, b"")


async def test_what_is_not_http_is_no_answer() -> None:
    async with serving(Server(b"SSH-2.0 bye")) as client:
        with pytest.raises(NoAnswer):
            await client.post("/", {}, b"")


async def test_where_nobody_listens_there_is_no_answer(free_port: int) -> None:
    with pytest.raises(NoAnswer):
        await HttpClient(f"http://127.0.0.1:{free_port}", 10).post("/", {}, b"")


async def test_the_answer_to_a_request_that_was_given_up_is_nobody_elses() -> None:
    late, server = asyncio.Event(), Server(b"HTTP/1.1 500 Late\r\ncontent-length: 0\r\n\r\n", OK)
    arrived = asyncio.Event()

    async def hold() -> None:
        arrived.set()
        await late.wait()

    server.hold = hold
    async with serving(server) as client:
        given_up = asyncio.create_task(client.post("/", {}, b"first"))
        await arrived.wait()
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        late.set()
        assert (await client.post("/", {}, b"second")).status == 202
    assert server.connections == 2
