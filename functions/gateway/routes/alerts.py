"""Alerts of the students one teaches."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from functions.alerts import notifying, reading, store
from functions.gateway.access import Teacher
from functions.gateway.errors import NotFound
from functions.gateway.models.alerts import Alert, AlertPage, AlertStatus, Preference, Resolution
from functions.gateway.models.base import READ, WRITE, problems
from functions.gateway.paging import LIMIT, Cursor, Limit, page
from functions.gateway.queries import classes
from functions.gateway.state import Gateway, Gw, RequestId

router = APIRouter(prefix="/alerts", tags=["alerts"])
Wanted = Annotated[reading.Filters, Depends(reading.Filters)]


@router.get("", summary="Alerts of one's students", responses=READ | problems(403))
async def newest(
    who: Teacher,
    gw: Gw,
    request_id: RequestId,
    filters: Wanted,
    status: AlertStatus | None = None,
    limit: Limit = LIMIT,
    cursor: Cursor = None,
) -> AlertPage:
    """List alerts, the one seen last first; without `status` all of them. Access is logged."""
    place = gw.cursors.read(cursor)
    async with gw.read() as db:
        rows = await reading.of_teacher(
            db,
            who.user_id,
            statuses=reading.ALL if status is None else (status,),
            before=None if place is None else (place.at, place.id),
            limit=limit + 1,
            filters=filters,
            adults=gw.alerts.adults,
        )
        students = list({row["student_id"] for row in rows[:limit]})
        await classes.viewed(db, who.user_id, students, "alerts", request_id)
    cursor = page(rows, limit, gw.cursors, "last_seen", "alert_id")["next_cursor"]
    return AlertPage(items=[Alert(**reading.shown(row)) for row in rows[:limit]], next_cursor=cursor)


@router.get("/delivery", summary="Get alert delivery settings", responses=READ | problems(403))
async def delivery(who: Teacher, gw: Gw) -> Preference:
    """Say whether one hears of each alert at once, or of several together."""
    async with gw.read() as db:
        return Preference(delivery=await notifying.preferred(db, who.user_id))


@router.get("/{alert_id}", summary="An alert", responses=READ | problems(403))
async def one(alert_id: UUID, who: Teacher, gw: Gw, request_id: RequestId) -> Alert:
    """Show an alert of a student one teaches. Access is logged."""
    async with gw.read() as db:
        row = await reading.one(db, who.user_id, alert_id, gw.alerts.adults)
        if row is None:
            raise NotFound("there is no such alert")
        await classes.viewed(db, who.user_id, [row["student_id"]], "alert", request_id)
    return Alert(**reading.shown(row))


@router.post("/{alert_id}/acknowledge", summary="Acknowledge an alert", responses=WRITE | problems(403, 404))
async def acknowledge(alert_id: UUID, who: Teacher, gw: Gw, request_id: RequestId) -> Alert:
    """Acknowledge an alert: repeats within the next half hour only count up."""
    return await act(gw, who, alert_id, "acknowledge", None, request_id)


@router.post("/{alert_id}/resolve", summary="Resolve an alert", responses=WRITE | problems(403, 404))
async def resolve(
    alert_id: UUID, who: Teacher, gw: Gw, request_id: RequestId, resolution: Resolution | None = None
) -> Alert:
    """Resolve an alert, with a note if there is something to say."""
    note = resolution.note if resolution else None
    return await act(gw, who, alert_id, "resolve", note, request_id)


@router.post("/delivery", summary="Choose how to hear of alerts", responses=WRITE | problems(403))
async def prefer(preference: Preference, who: Teacher, gw: Gw) -> Preference:
    """Choose to hear of each alert at once, or of several together."""
    async with gw.read() as db:
        await notifying.prefer(db, who.user_id, preference.delivery)
    return preference


async def act(
    gw: Gateway, who: Teacher, alert_id: UUID, action: str, note: str | None, request_id: str
) -> Alert:
    """Do something about an alert of a student one teaches; on a resolved one it changes nothing."""
    async with gw.read() as db, db.transaction():
        row = await reading.one(db, who.user_id, alert_id, gw.alerts.adults)
        if row is None:
            raise NotFound("there is no such alert")
        await classes.viewed(db, who.user_id, [row["student_id"]], "alert", request_id)
        if row["status"] != "resolved":
            await store.act(db, row, action, who.user_id, gw.now, note, gw.alerts)
            row = await reading.one(db, who.user_id, alert_id, gw.alerts.adults) or row
    return Alert(**reading.shown(row))
