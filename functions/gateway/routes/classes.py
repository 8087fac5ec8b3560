"""Classes, and who is in them."""

from __future__ import annotations

import secrets
from uuid import uuid4

from fastapi import APIRouter

from functions.domain.alert_telling import tell_who_joined
from functions.gateway.access import Student, Teacher, User
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.models.classes import Class, Classes, Join, NewClass
from functions.gateway.paging import Cursor, Limit, page
from functions.gateway.queries import classes
from functions.gateway.state import Gw

router = APIRouter(prefix="/classes", tags=["classes"])
# No letters and digits that are taken for one another when read out in class.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
MANY = 100


@router.post("", status_code=201, summary="Open a class", responses=WRITE | problems(403))
async def create(new: NewClass, who: Teacher, gw: Gw) -> Class:
    """Open a class; students join it with its code."""
    join_code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    async with gw.read() as db:
        return Class(**await classes.write(db, uuid4(), who.user_id, new.name, join_code, gw.now))


@router.post("/join", summary="Join a class", responses=WRITE | problems(403, 404))
async def join(code: Join, who: Student, gw: Gw) -> Class:
    """Join a class by its code; to join again changes nothing. Its teacher hears of alerts that are open."""
    async with gw.read() as db, db.transaction():
        found = await classes.join(db, code.join_code.strip().upper(), who.user_id)
        if found["new"]:
            await tell_who_joined(db, who.user_id, found["teacher_id"])
    return Class(**found)


@router.get("", summary="One's own classes", responses=READ)
async def mine(who: User, gw: Gw, limit: Limit = MANY, cursor: Cursor = None) -> Classes:
    """List the classes one teaches, or is in, newest first."""
    place = gw.cursors.read(cursor)
    teaches = who.role == "teacher"
    async with gw.read() as db:
        rows = await (classes.taught if teaches else classes.joined)(db, who.user_id, place, limit)
    found = page(rows, limit, gw.cursors, "created_at" if teaches else "joined_at", "class_id")
    return Classes(**found)
