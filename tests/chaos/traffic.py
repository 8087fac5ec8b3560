"""Students who do what students do, and a teacher who looks after them, for as long as it goes on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import asyncpg

from tests.chaos.caller import Caller
from tests.chaos.ledger import Person
from tests.support.crowd import connect

TOPICS = ("basics", "control-flow", "data-structures", "functions", "oop", "files", "errors", "libraries")
LEVELS = ("easy", "easy", "medium")
BROKEN = """def total(numbers):
    result = 0
    for n in numbers:
        result += m
    return result

print(total([1, 2]))
"""
MESSAGES: tuple[dict[str, str], ...] = (
    {"text": "What is a for loop?"},
    {"text": "How do lists differ from tuples?"},
    {"text": "Why do functions return values?"},
    {"text": "Explain inheritance, please"},
    {"text": "I don't understand recursion, I'm stuck"},
    {"text": "How am I doing?"},
    {"text": "hello there"},
    {"text": "What will the weather be tomorrow?"},
    {"text": "Why does this fail?", "code": BROKEN, "error": "NameError: name 'm' is not defined"},
    {"text": "Please review my code", "code": "def double(n):\n    return n * 2\n"},
    {"text": "Give me an exercise about loops"},
)
# Those that need the sandbox are rarer: it runs two programs at a time here.
MESSAGE_WEIGHTS = (9, 9, 9, 9, 4, 6, 5, 4, 3, 2, 2)
PROGRAMS = (
    "print('hi')",
    "x = 1\nprint(x / 0)",
    "print(sum(range(1000)))",
    "import json\nprint(json.dumps([1]))",
)
REVIEWED = (
    "def area(r):\n    return 3.14 * r * r\n",
    "l = []\nfor i in range(3):\n    l.append(i)\nprint(l)\n",
)
SOLUTION = "SELECT solution FROM exercises WHERE exercise_id = $1::uuid"
TEACHER_PAUSE_S, WAITS = 4.0, 4

Act = Callable[[Person], Awaitable[None]]


class Traffic:
    """A class of students and its teacher."""

    def __init__(self, caller: Caller, database_url: str, chance: random.Random, pause_s: float) -> None:
        self._caller = caller
        self._database_url = database_url
        self._chance = chance
        self._pause_s = pause_s
        self._tasks: list[asyncio.Task[None]] = []
        self._listening: list[asyncio.Task[None]] = []
        self._over = asyncio.Event()
        self._acts: tuple[tuple[Act, int], ...] = (
            (self.ask, 12),
            (self.execute, 2),
            (self.quiz, 3),
            (self.exercise, 2),
            (self.review, 1),
            (self.look, 2),
        )

    async def begin(self, students: int, invite: str) -> None:
        """Make the accounts and the class, and let everybody begin."""
        teacher = await self._caller.register("teacher", invite=invite)
        made = await self._caller.patiently("POST", "/classes", {"name": "Chaos"}, teacher)
        assert made is not None, "no class can be made"
        for _ in range(students):
            student = await self._caller.register()
            code = {"join_code": made.json()["join_code"]}
            await self._caller.patiently("POST", "/classes/join", code, student, ok=(200, 201, 409))
            self._listening.append(asyncio.create_task(self._caller.listen(student)))
            self._tasks.append(asyncio.create_task(self._live(student)))
        self._listening.append(asyncio.create_task(self._caller.listen(teacher)))
        self._tasks.append(asyncio.create_task(self._teach(teacher, made.json()["class_id"])))

    async def end(self) -> None:
        """Let everybody finish what they are at; their streams stay open."""
        self._over.set()
        await asyncio.gather(*self._tasks)

    async def hang_up(self) -> None:
        """Close the streams."""
        for task in self._listening:
            task.cancel()
        await asyncio.gather(*self._listening, return_exceptions=True)

    async def _live(self, student: Person) -> None:
        acts, weights = zip(*self._acts, strict=True)
        while not self._over.is_set():
            [act] = self._chance.choices(acts, weights)
            await act(student)
            await self._rest(self._chance.expovariate(1 / self._pause_s))

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return

    async def ask(self, student: Person) -> None:
        """Ask a question; one in ten is sent twice, as by somebody who clicks twice."""
        [message] = self._chance.choices(MESSAGES, MESSAGE_WEIGHTS)
        key = uuid4().hex
        times = 2 if self._chance.random() < 0.1 else 1
        words = ("message", "/chat/messages", message, "message_id", key)
        found = await asyncio.gather(*(self._caller.want(student, *words) for _ in range(times)))
        if len({one for one in found if one}) > 1:
            self._caller.ledger.wrong.append(f"one key, two messages: {found}")
        if found[0] and self._chance.random() < 0.8:
            await self._settled(student, f"/chat/messages/{found[0]}")

    async def _settled(self, student: Person, path: str) -> Any:
        """Wait for what was asked for, as people do, but not for ever."""
        shown: Any = None
        for _ in range(WAITS):
            shown = await self._caller.read(student, path, wait=10)
            if shown is None or shown["status"] != "pending" or self._over.is_set():
                break
        return shown

    async def execute(self, student: Person) -> None:
        """Run a program; there is no key for it, so that a lost answer may mean that it ran."""
        body = {"code": self._chance.choice(PROGRAMS)}
        answer = await self._caller.patiently("POST", "/executions", body, student, kind="execution")
        if answer is not None and answer.json()["status"] != "internal_error":
            self._caller.ledger.ran[student.id] += 1
            self._caller.ledger.accept("execution", uuid4().hex, uuid4().hex, student.id)

    async def quiz(self, student: Person) -> None:
        """Take a quiz; the same answers again are no second attempt."""
        topic = {"topic": self._chance.choice(TOPICS)}
        begun = await self._caller.patiently("POST", "/quizzes", topic, student)
        if begun is None:
            return
        quiz = begun.json()
        answers = {one["id"]: self._chance.randrange(len(one["choices"])) for one in quiz["questions"]}
        path = f"/quizzes/{quiz['quiz_id']}/answers"
        if await self._caller.patiently("POST", path, {"answers": answers}, student) is not None:
            self._caller.ledger.accept("quiz", quiz["quiz_id"], quiz["quiz_id"], student.id)

    async def exercise(self, student: Person) -> None:
        """Ask for an exercise, and hand something in once it is there: right, half right or not begun."""
        wanted = {"topic": self._chance.choice(TOPICS), "difficulty": self._chance.choice(LEVELS)}
        exercise_id = await self._caller.want(student, "exercise", "/exercises", wanted, "exercise_id")
        if exercise_id is None:
            return
        shown = await self._settled(student, f"/exercises/{exercise_id}")
        if shown is None or shown["status"] != "ready":
            return
        right = self._chance.random() < 0.6
        code = await self._solution(exercise_id) if right else shown["starter_code"]
        if code:
            body = {"code": code, "exercise_id": exercise_id}
            await self._hand_in(student, body)

    async def _hand_in(self, student: Person, body: dict[str, str]) -> None:
        found = await self._caller.want(student, "submission", "/submissions", body, "submission_id")
        if found:
            await self._settled(student, f"/submissions/{found}")

    async def _solution(self, exercise_id: str) -> str | None:
        try:
            db = await connect(self._database_url)
            try:
                found: str | None = await db.fetchval(SOLUTION, exercise_id)
                return found
            finally:
                await db.close(timeout=5)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return None

    async def review(self, student: Person) -> None:
        """Hand code in that belongs to no exercise."""
        await self._hand_in(student, {"code": self._chance.choice(REVIEWED)})

    async def look(self, student: Person) -> None:
        """Look at one's own progress."""
        await self._caller.read(student, "/progress")

    async def _teach(self, teacher: Person, class_id: str) -> None:
        """Look at the class and its alerts, and see to some."""
        while not self._over.is_set():
            await self._caller.read(teacher, f"/classes/{class_id}/progress")
            alerts = await self._caller.read(teacher, "/alerts", status="open")
            for alert in (alerts or {}).get("items", [])[:2]:
                path = f"/alerts/{alert['alert_id']}/{self._chance.choice(('acknowledge', 'resolve'))}"
                await self._caller.patiently("POST", path, {}, teacher, ok=(200, 404, 409))
            await self._rest(TEACHER_PAUSE_S)
